# Where the time goes in every run, and how long an iteration takes, from a report alone; jq picks the columns.
# gnuplot -e "report='report.json'; picture='report.svg'" reports/plot.gp
# Or a figure over an axis of a sweep, a line for each algorithm, from its lines alone:
# gnuplot -e "lines='results.jsonl'; axis='/cluster/topology/hosts'; figure='speedup'; picture='sweep.svg'" reports/plot.gp
# Every field is told of in docs/report.md and docs/sweep.md.
if (!exists("report")) report = "report.json"
if (!exists("picture")) picture = "report.svg"

if (!exists("axis")) axis = "/cluster/topology/hosts"
if (!exists("figure")) figure = "samples_per_s"

set datafile separator tab
set grid noxtics ytics linecolor rgb "#e4e4e4" linetype 1
set tics nomirror
set format y "%g"
set border 3

if (exists("lines")) {
  set terminal svg size 900,480 background "white"
  set output picture
  set grid xtics
  # "4 Gbit/s" counts as 4; of several points with one value, the best is drawn.
  labels = system("jq -r '.runs[]?.label' '" . lines . "' | awk '!seen[$0]++' | sed 's/.*/\"&\"/' | tr '\\n' ' '")
  curve(label) = "< jq -r --arg axis '" . axis . "' --arg name '" . label . "' '" \
    . "[.at[$axis], (.runs[]? | select(.label == $name) | .".figure." // empty)] | select(length > 1) | @tsv' '" \
    . lines . "' | sort -t '\t' -k 1,1g -k 2,2gr | awk -F '\t' '$1 + 0 != last || NR == 1 { print; last = $1 + 0 }'"
  # A tick at each value of the axis, if they are few.
  values = system("jq -r --arg axis '" . axis . "' '.at[$axis]' '" . lines . "' | sed 's/[^-+0-9.e].*//' | sort -gu | tr '\\n' ' '")
  set logscale xy
  set autoscale xfix
  if (words(values) <= 12) {
    set xtics ()
    do for [value in values] { set xtics add (value value + 0) }
  }
  set xlabel axis noenhanced
  set ylabel figure noenhanced
  set key outside right noenhanced
  plot for [label in labels] curve(label) using 1:2 with linespoints linewidth 2 title label
  exit
}

rows = "< jq -r '.scenario.training.iterations as $n | .runs[] | [.label, (.simulated.workers | map(.compute_s) | add / length), " \
     . "(.simulated.workers | map(.exposed_communication_s) | add / length), " \
     . "(.simulated.workers | map(.idle_s) | add / length), .simulated.makespan_s / $n] | @tsv' '" . report . "'"
stats rows using 5 nooutput
width = STATS_records * 24 + 120 < 900 ? 900 : STATS_records * 24 + 120

set terminal svg size width,700 background "white"
set output picture
set multiplot layout 2,1
set lmargin 10
set rmargin 3
set xrange [-0.7:STATS_records - 0.3]
set style fill solid
set boxwidth 0.7

# On a logarithmic axis where some runs take far longer than others.
set size 1,0.4
set origin 0,0.6
set title "Time per iteration (s)" noenhanced
set xtics scale 0 format ""
if (STATS_max > 20 * STATS_min) {
  set logscale y
  set yrange [10**floor(log10(STATS_min) - 0.1):10**ceil(log10(STATS_max))]
} else {
  set yrange [0:*]
}
plot rows using 0:5 with boxes linecolor rgb "#0072b2" notitle
unset logscale y

set size 1,0.6
set origin 0,0
set title "Where a worker's time goes (%), mean over workers" noenhanced
set style data histogram
set style histogram rowstacked
set xtics rotate by 45 right noenhanced scale 0.5 format "%g"
set key outside bottom center horizontal
set yrange [0:100]
share(part, all) = all > 0 ? 100 * part / all : 0
plot rows using (share($2, $2 + $3 + $4)):xtic(1) title "compute" linecolor rgb "#0072b2", \
     "" using (share($3, $2 + $3 + $4)) title "exposed communication" linecolor rgb "#d55e00", \
     "" using (share($4, $2 + $3 + $4)) title "waiting" linecolor rgb "#999999"
unset multiplot
