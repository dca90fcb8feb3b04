# Time per iteration of every run, from a report alone; jq picks the columns.
# gnuplot -e "report='report.json'; picture='report.svg'" reports/plot.gp
# Every field is told of in docs/report.md.
if (!exists("report")) report = "report.json"
if (!exists("picture")) picture = "report.svg"

rows = "< jq -r '.runs[] | [.label, (.simulated.workers | map(.compute_s) | add / length), " \
     . "(.simulated.workers | map(.exposed_communication_s) | add / length), " \
     . "(.simulated.workers | map(.idle_s) | add / length)] | @tsv' '" . report . "'"

set terminal svg size 900,480 background "white"
set output picture
set datafile separator tab
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
