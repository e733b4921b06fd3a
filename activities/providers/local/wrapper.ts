/**
 * The script around a job: it alone takes the fence, says who runs, holds the time limit and writes the end.
 * Arguments: the job's folder, its artifact directory, seconds, then argv.
 *
 * The fence is a mkdir: of two wrappers for one name, also after a crash between starting and noting, the second
 * leaves quietly. The limit is a timer of its own, not `timeout`, which moves into a process group of its own, so
 * that a signal to the group would miss the job below it. The wrapper outlives a TERM to the group: what is deaf
 * to it is killed once the job itself has ended, or by the KILL that follows.
 */
export const WRAPPER = `
folder=$1 directory=$2 seconds=$3; shift 3
mkdir "$folder/fence" 2>/dev/null || exit 0
if [ -r /proc/self/stat ]; then
  read -r boot </proc/sys/kernel/random/boot_id
  read -r stat </proc/$$/stat; set -- "\${stat##*) }" "$@"
  fields=($1); shift; start=\${fields[19]}
else
  boot=- start=$(ps -o lstart= -p $$)
fi
echo "$$ $boot $start" >"$folder/pid.tmp" && mv "$folder/pid.tmp" "$folder/pid" || exit 1
"$@" >"$directory/stdout" 2>>"$directory/stderr" </dev/null &
job=$!
( sleep "$seconds"; : >"$folder/timed-out"; kill -TERM $job; sleep 5; kill -KILL $job ) >/dev/null 2>&1 &
trap : TERM
while kill -0 $job 2>/dev/null; do wait $job; done
wait $job; code=$?
echo $code >"$folder/exit.tmp"; sync "$folder/exit.tmp" 2>/dev/null || true
mv "$folder/exit.tmp" "$folder/exit"
kill -KILL 0
`;
