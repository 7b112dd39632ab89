# shellcheck shell=sh disable=SC2154,SC2034  # shares variables with the scripts that source it
# Builds Orrery and publishes the build that ./orrery starts; ./orrery and ./test source this file, after java.sh. Needs $root.
#
# app/target/ready/<name>/  one published build: all jars, and orrery.aot. Never changed once published,
#                           because a running Orrery opens its jars late.
# app/target/ready/current  the name of the one to start, the JDK that built it, and the java on the PATH at that time;
#                           its date is the start of the build, so that a source changed during the build is newer.
# .orrery/build.lock/       the process that created this folder may build; its file "process" has its id, "maven" that of its Maven.

ready=$root/app/target/ready
lock=$root/.orrery/build.lock
log=$root/.orrery/build.log

# The training run of the AOT cache, besides the commands of orrery.app.Training, which include an answer with machine code and
# reading large vocabularies: the classes that these load, and the methods that they call often, start faster from then on.
# The vector kernels are excluded, because a cache with classes of the Vector API's module, which is loaded later, cannot be
# written; neither the demo model nor machine code needs them to start.
training_arguments='run --quiet --max-tokens 4 Hello'

# Flags of every start. A JVM with another collector rejects the cache, so the training run uses the same.
# - Class path, not module path: 160 ms to a first line against 215, 250 ms of CPU against 350 (Temurin 25, 2 cores).
# - Serial, and a young generation of 32 MB: weights and KV cache are outside the heap, and until C2 has compiled the kernels their
#   vectors are objects, which would fill all the memory they get. A first answer takes 130 MB besides a model of 2.5 GB,
#   with the JVM's own choice 450, and is faster, because 32 MB stay in the cache.
# - AOT cache: 130 ms against 172, CPU 216 against 275. One that does not match is ignored, which costs 30 ms; the two -Xlog keep
#   the JVM from reporting it on standard output, which belongs to the user.
# - Compilation: by default the JVM spends 0.45 of the 0.8 s of CPU of a first answer on compiling code that runs once. With a threshold
#   ten times as high for everything, and a third as high for kernels: 0.57 s, and 0.37 s instead of 0.45 to the first token.
#   The loops that read a vocabulary are compiled early anyway, since the cache records from the training how often they ran.
# - add-exports: for orrery.app.Start, which explains why.
# - Native access: for the terminal and our own mapped memory, which share the class path.
java_flags='-Xmx2g -Xms64m -Xmn32m -Xlog:aot=off -Xlog:cds=off --enable-native-access=ALL-UNNAMED'
java_flags="$java_flags -XX:CompileThresholdScaling=10 -XX:CompileCommand=quiet"
java_flags="$java_flags -XX:CompileCommand=CompileThresholdScaling,orrery.kernel.*::*,0.3"
java_flags="$java_flags --add-exports=java.base/jdk.internal.module=ALL-UNNAMED"
# The JVM refuses to start with two collectors, so a collector that the user names replaces ours.
case ${ORRERY_JAVA_OPTIONS:-} in
  *-XX:+Use*GC*) ;;
  *) java_flags="-XX:+UseSerialGC $java_flags" ;;
esac

read_current() {
  current='' current_java='' current_path_java=''
  if [ -r "$ready/current" ]; then
    { IFS= read -r current && IFS= read -r current_java && IFS= read -r current_path_java; } < "$ready/current" || :
  fi
  [ -n "$current" ] && [ -d "$ready/$current" ]
}

# True if a source, a resource or a pom is newer than the published build. Folders count as well: they change when a
# file in them is deleted or renamed. One fork.
build_is_stale() {
  set -- "$root/pom.xml" "$root/launch/build.sh" "$root/launch/Reframe.java" # they make what is published
  for module in "$root"/*/pom.xml; do
    case $module in */bench/pom.xml | */browser/pom.xml | */clients/pom.xml) continue ;; esac
    set -- "$@" "$module"
    [ ! -d "${module%/pom.xml}/src/main" ] || set -- "$@" "${module%/pom.xml}/src/main"
  done
  [ -n "$(find "$@" -newer "$ready/current" 2>/dev/null)" ]
}

class_path() {
  joined=
  for jar in "$1"/*.jar; do joined=$joined:$jar; done
  joined=${joined#:}
}

process_lives() {
  kill -0 "$1" 2>/dev/null || ps -p "$1" >/dev/null 2>&1
}

# A killed builder leaves its lock, and perhaps its Maven, which continues in the same folder: the lock stays valid until
# that has ended. Only one process at a time may check this, or two could each remove a lock: the second one that of the
# first one's successor.
break_stale_lock() {
  [ -z "$(find "$lock.judge" -prune -mmin +1 2>/dev/null)" ] || rmdir "$lock.judge" 2>/dev/null
  mkdir "$lock.judge" 2>/dev/null || return 0
  holder='' maven_process=''
  [ ! -r "$lock/process" ] || read -r holder < "$lock/process" || :
  [ ! -r "$lock/maven" ] || read -r maven_process < "$lock/maven" || :
  if [ -n "$holder" ]; then
    process_lives "$holder" || { [ -n "$maven_process" ] && process_lives "$maven_process"; } || rm -rf "$lock"
  elif [ -n "$(find "$lock" -prune -mmin +1 2>/dev/null)" ]; then
    rm -rf "$lock"
  fi
  rmdir "$lock.judge"
}

take_lock() {
  mkdir -p "$root/.orrery" || return 1
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    break_stale_lock
    if [ "$waited" -eq 1 ]; then
      echo 'Waiting for another build of this checkout to end …' >&2
    elif [ "$waited" -ge 1800 ]; then
      echo "Another build of this checkout has run for half an hour. If none does, delete $lock" >&2
      return 1
    fi
    waited=$((waited + 1))
    sleep 1
  done
  trap 'drop_lock' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  echo $$ > "$lock/process"
  build_began=$root/.orrery/build.began
  : > "$build_began"
}

drop_lock() {
  [ -z "${ticker:-}" ] || { end_progress; echo 'Stopped.' >&2; }
  rm -rf "$lock"
  trap - EXIT HUP INT TERM
}

# Runs Maven in the checkout, under the lock, with these arguments. The process that becomes Maven first writes its own id
# into the lock, and stops if the lock belongs to another process by then. Needs $java_home and $maven.
run_maven() {
  (cd "$root" && JAVA_HOME=$java_home exec sh -c '
    lock=$1 holder=$2
    shift 2
    { echo $$ > "$lock/maven" && read -r now < "$lock/process" && [ "$now" = "$holder" ]; } || exit 1
    exec "$@"' sh "$lock" "$$" "$maven" "$@")
}

# Prints the current step of a build according to its log, or nothing at its beginning.
build_step() {
  [ ! -r "$log" ] || awk '
    /^Downloaded / { files++ }
    step < 1 && /^Download/ { step = 1 }
    step < 2 && /compiler.*:compile .*@ orrery-core/ { step = 2 }
    step < 3 && /compiler.*:compile .*@ orrery-app/ { step = 3 }
    /Recording what a start needs$/ { step = 4 } # Maven leaves its last line open
    END {
      if (step == 1) printf "[1/4] fetching libraries%s\n", live && files ? " (" files " files)" : ""
      if (step == 2) print "[2/4] compiling the library"
      if (step == 3) print "[3/4] compiling the command line"
      if (step == 4) print "[4/4] preparing a fast start"
    }' live="$1" "$log"
}

# On a terminal, one line with the step and the seconds; otherwise, a plain line for each step. Sets $ticker.
show_progress() {
  : > "$log"
  where=
  [ ! -t 2 ] || where=terminal
  [ -n "$where" ] || echo "$1 …" >&2
  (
    seconds=0 told=
    while kill -0 $$ 2>/dev/null; do
      step=$(build_step "$where" 2>/dev/null)
      if [ -n "$where" ]; then
        printf '\r%s %s … %d s \033[K' "$1" "$step" "$seconds" >&2
      elif [ -n "$step" ] && [ "$step" != "$told" ]; then
        echo "$step (after $seconds s)" >&2
        told=$step
      fi
      sleep 1 > /dev/null 2>&1 # or a reader of our output would wait for it
      seconds=$((seconds + 1))
    done
  ) &
  ticker=$!
}

end_progress() {
  [ -n "$ticker" ] || return 0
  kill "$ticker" 2>/dev/null || :
  wait "$ticker" 2>/dev/null || :
  ticker=
  [ -z "$where" ] || printf '\r\033[K' >&2
}

# Under the lock, after a Maven build that filled app/target/lib: publishes it for ./orrery. Needs $java_home.
publish() {
  name=$(date +%Y%m%d%H%M%S)-$$
  mkdir -p "$ready/$name" && cp "$root"/app/target/lib/*.jar "$ready/$name/" || return 1
  echo 'Recording what a start needs' >> "$log"
  reframe "$ready/$name"/picocli-*.jar
  record_aot_cache "$ready/$name"
  read_current || :
  printf '%s\n%s\n%s\n' "$name" "$java_home" "$(command -v java)" > "$ready/current.new" &&
    touch -r "$build_began" "$ready/current.new" && mv -f "$ready/current.new" "$ready/current" || return 1
  for old in "$ready"/*/; do
    old=${old%/}
    # Keep the previous build: a running Orrery may still open one of its jars.
    case ${old##*/} in "$name" | "$current") ;; *) rm -rf "$old" ;; esac
  done
}

# Prepares a jar for the AOT cache. If that fails, the start is only a little slower.
reframe() {
  if [ -f "$1" ] && "$java_home/bin/java" "$root/launch/Reframe.java" "$1" "$1.new" > "$root/.orrery/reframe.log" 2>&1; then
    mv -f "$1.new" "$1"
  else
    rm -f "$1.new"
  fi
}

# If the cache cannot be created, the start is only a little slower.
record_aot_cache() {
  class_path "$1"
  # shellcheck disable=SC2086  # flags and arguments are lists of words
  if "$java_home/bin/java" $java_flags -XX:AOTCacheOutput="$1/orrery.aot.new" -Dorrery.home="$root" -cp "$joined" \
    orrery.app.Training $training_arguments < /dev/null > "$root/.orrery/aot.log" 2>&1 &&
    [ -s "$1/orrery.aot.new" ]; then
    mv -f "$1/orrery.aot.new" "$1/orrery.aot"
  else
    rm -f "$1"/orrery.aot.*
  fi
}

# Builds under the lock; $1 is the line to show. Needs $java_home, a JDK.
build() {
  take_lock || return 1
  if read_current && ! build_is_stale; then
    drop_lock # another launcher has built while this one waited
    return 0
  fi
  find_maven "$root"
  show_progress "$1"
  rm -rf "$root/app/target/lib"
  if run_maven -B -Dstyle.color=never -pl app -am -Dmaven.test.skip=true -Dorrery.skip.checks=true package \
    < /dev/null >> "$log" 2>&1 && publish 2>> "$log"; then
    end_progress
    drop_lock
    read_current
  else
    end_progress
    drop_lock
    {
      echo 'Orrery could not be built:'
      # Drop Maven's advice on how to call Maven, and its repetition of every compiler error.
      grep -vE '^\[(INFO|WARNING)\]|^Download' "$log" | grep -E 'ERROR|error:|rror occurred|annot |enied' |
        grep -vE 'ERROR\] *$|Help 1|-X switch|stack trace|For more information|After correcting|mvn <args>' |
        awk '!seen[$0]++' | head -n 20
      if grep -qE 'Could not transfer|UnknownHost|Unknown host|Connection (refused|timed out)|Network is unreachable' "$log"; then
        echo 'The libraries could not be fetched: the first build needs the network (a proxy goes into ~/.m2/settings.xml).'
      fi
      echo "The whole log: $log"
    } >&2
    return 1
  fi
}
