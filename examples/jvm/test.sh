#!/usr/bin/env bash
# Holds the example to what its README says; `make test` has built it under $prefix.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
ulimit -c 0

run() { timeout 120 java -Djava.library.path="$prefix/lib" -cp "$prefix/classes" "$@"; }

# Nothing but that each of these is ok: -Xcheck:jni has nothing to say. (An assertion's own message is no complaint.)
passes() {
  local options=("${@:1:$#-1}") names
  read -ra names <<<"${*: -1}"
  run "${options[@]}" test.Tests "${names[@]}" >said 2>&1 || { cat said && return 1; }
  printf '%s ok\n' "${names[@]}" | diff - <(grep -v 'Assertion .* failed\.$' said)
}

passes 'calls callbacks alternating alternatingOnThreads overflows threadsThatEnd underGarbageCollection'
passes -XX:TieredStopAtLevel=1 'alternatingBySignals'
passes -Xss256k 'calls overflows'
passes -Xcheck:jni -XX:+AllowUserSignalHandlers 'calls callbacks overflows'

# A crash that no guard covers ends by the JVM's own report, with the same status as without backstop.
crash() {
  local status=0
  run -XX:ErrorFile=report test.Tests crash >/dev/null 2>&1 || status=$?
  echo "status $status"
  sed -n 's/0x[0-9a-f]*, pid.*//; /SIGSEGV/p; /^# C /p' report
}
crash >with
BACKSTOP_DISABLE=1 crash >without
grep -q 'Java_test_Hostile_crash' with
diff with without
echo 'all well'
