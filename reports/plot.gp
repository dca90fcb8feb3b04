# Time per iteration of every run, from a report alone; jq picks the columns.
# gnuplot -e "report='report.json'; picture='report.svg'" reports/plot.gp
# Or a figure over an axis of a sweep, a line for each algorithm, from its lines alone:
# gnuplot -e "lines='results.jsonl'; axis='/cluster/topology/hosts'; figure='speedup'; picture='sweep.svg'" reports/plot.gp
# Every field is told of in docs/report.md and docs/sweep.md.
if (!exists("report")) report = "report.json"
if (!exists("picture")) picture = "report.svg"

if (!exists("axis")) axis = "/cluster/topology/hosts"
if (!exists("figure")) figure = "samples_per_s"

set terminal svg size 900,480 background "white"
set output picture
set datafile separator tab

if (exists("lines")) {
  # "4 Gbit/s" counts as 4.
  labels = system("jq -r '.runs[]?.label' '" . lines . "' | awk '!seen[$0]++' | sed 's/.*/\"&\"/' | tr '\\n' ' '")
  curve(label) = "< jq -r --arg axis '" . axis . "' --arg name '" . label . "' '" \
    . "[.at[$axis], (.runs[]? | select(.label == $name) | .".figure." // empty)] | select(length > 1) | @tsv' '" \
    . lines . "' | sort -g"
  set logscale xy
  set xlabel axis noenhanced
  set ylabel figure noenhanced
  set key outside right noenhanced
  plot for [label in labels] curve(label) using 1:2 with linespoints linewidth 2 title label
  exit
}

rows = "< jq -r '.runs[] | [.label, (.simulated.workers | map(.compute_s) | add / length), " \
     . "(.simulated.workers | map(.exposed_communication_s) | add / length), " \
     . "(.simulated.workers | map(.idle_s) | add / length)] | @tsv' '" . report . "'"

set style data histogram
set style histogram rowstacked
set style fill solid
set boxwidth 0.7
set title "Where a worker's time goes, mean over workers" noenhanced
set ylabel "simulated time of the run (s)"
set xtics rotate by -35 noenhanced
set key outside top
set yrange [0:*]
plot rows using 2:xtic(1) title "compute" linecolor rgb "#0072b2", \
     "" using 3 title "exposed communication" linecolor rgb "#d55e00", \
     "" using 4 title "waiting" linecolor rgb "#999999"
