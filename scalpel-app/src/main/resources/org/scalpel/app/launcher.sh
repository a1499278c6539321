#!/usr/bin/env bash
# Scalpel without a build: needs a Java runtime 17 or newer, in JAVA_HOME or on the PATH.
set -euo pipefail
fail() {
  echo "scalpel: $1" >&2
  exit 2
}
self="${BASH_SOURCE[0]}"
while [ -L "$self" ]; do
  link="$(readlink "$self")"
  case "$link" in /*) self="$link" ;; *) self="$(dirname "$self")/$link" ;; esac
done
lib="$(cd "$(dirname "$self")/../lib" && pwd)"
if [ -n "${JAVA_HOME:-}" ]; then
  java="$JAVA_HOME/bin/java"
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java."
else
  java="$(command -v java)" || fail "no java found: Java 17 or newer is needed, in JAVA_HOME or on the PATH."
fi
version="$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')"
major="${version#1.}"
[ "${major:-0}" -ge 17 ] 2>/dev/null || fail "$java is Java ${version:-of unknown version}: 17 or newer is needed."
options=(-Djava.awt.headless=true -Xshare:auto -Xlog:disable -Xlog:all=error:stderr)
if [ "$major" -ge 24 ]; then
  options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
elif [ "$major" -ge 22 ]; then
  options+=(--enable-native-access=ALL-UNNAMED)
fi
# Short and rare pauses for whoever serves or runs plans.
case "${1:-}" in
  serve | run)
    case " ${SCALPEL_JAVA_OPTS:-} " in
      *" -XX:+Use"*GC\ *) ;;
      *) options+=(-XX:+UseSerialGC -XX:NewRatio=1 -XX:InitialRAMPercentage=3.125) ;;
    esac
    options+=(-Dio.grpc.netty.shaded.io.netty.leakDetection.level=disabled)
    ;;
esac
export ORT_DISABLE_TELEMETRY=1
# shellcheck disable=SC2086 # SCALPEL_JAVA_OPTS holds several words
[ -t 2 ] && options+=("-Dscalpel.terminal=true")
exec "$java" "${options[@]}" ${SCALPEL_JAVA_OPTS:-} -cp "$lib/*" org.scalpel.app.Main "$@"
