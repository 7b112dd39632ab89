# shellcheck shell=sh
# Finds a JDK for ./orrery and ./test, which source this file; plain POSIX sh.
#
# find_java jdk|runtime   sets $java_home, or fails with $java_looked: a line for every Java found and what is wrong with it.
#                         "runtime" also accepts a Java without javac, which is enough once Orrery is built.
# find_maven              sets $maven to the Maven on the PATH if it is 3.8 or newer, otherwise to the wrapper.
#
# ORRERY_JAVA_FOLDERS     replaces the default folders to search: patterns separated by colons.

java_needed=25
java_system_folders='/usr/lib/jvm/*:/usr/java/*:/opt/*jdk*:/opt/java/*:/opt/*java*:/usr/local/*jdk*'
java_system_folders="$java_system_folders:/Library/Java/JavaVirtualMachines/*/Contents/Home"
java_system_folders="$java_system_folders:/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home"
java_system_folders="$java_system_folders:/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home"

# Sets $java_version from the release file that every JDK since 9 has: no fork, so it does not slow down a warm start.
java_version_from_release() {
  java_version=
  [ -r "$1/release" ] || return 1
  while IFS= read -r release_line || [ -n "$release_line" ]; do
    case $release_line in
      JAVA_VERSION=*)
        java_version=${release_line#JAVA_VERSION=}
        java_version=${java_version#\"}
        java_version=${java_version%%\"*}
        break ;;
    esac
  done < "$1/release"
  [ -n "$java_version" ]
}

# "25.0.1", "25-ea" and "1.8.0_402" start with the major version; before 9 it was the second number.
java_new_enough() {
  major=${1#1.}
  major=${major%%[!0-9]*}
  [ -n "$major" ] && [ "$major" -ge "$java_needed" ]
}

# $1: a Java home, $2: jdk or runtime. Sets $java_home, or $java_fault.
java_home_serves() {
  java_fault=
  if [ ! -e "$1/bin/java" ]; then
    java_fault='no bin/java in it'
  elif [ ! -x "$1/bin/java" ] || [ -d "$1/bin/java" ]; then
    java_fault='its bin/java cannot be run'
  else
    if ! java_version_from_release "$1"; then
      java_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
    fi
    if [ -z "$java_version" ]; then
      java_fault='no release file, and java -version says nothing'
    elif ! java_new_enough "$java_version"; then
      java_fault="$java_version, too old"
    elif [ "$2" = jdk ] && [ ! -x "$1/bin/javac" ]; then
      java_fault="$java_version, but without javac: a runtime, not a JDK"
    else
      java_home=$1
    fi
  fi
  [ -z "$java_fault" ]
}

# $1: a Java home, $2: jdk or runtime, $3: where it was found. Checks each only once, even if several links lead to it.
java_try() {
  real_home=$(cd -P "$1" 2>/dev/null && pwd) || real_home=
  if [ -z "$real_home" ]; then
    java_fault='no such folder, or not readable'
    real_home=$1
  else
    case $java_seen in *":$real_home:"*) return 1 ;; esac
    java_seen="$java_seen$real_home:"
    java_home_serves "$real_home" "$2" && return 0
  fi
  java_looked="$java_looked
  $3: $real_home ($java_fault)"
  return 1
}

# The home of the java on the PATH. A version manager's shim is a script, so it is run to find the home.
java_home_on_path() {
  path_java=$(command -v java) || return 1
  while [ -L "$path_java" ]; do
    link=$(readlink "$path_java") || return 1
    case $link in /*) path_java=$link ;; *) path_java=${path_java%/*}/$link ;; esac
  done
  path_home=${path_java%/*}/..
  if [ ! -e "$path_home/release" ] && [ ! -e "$path_home/lib/modules" ]; then
    asked_home=$("$path_java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    [ -z "$asked_home" ] || path_home=$asked_home
  fi
}

find_java() {
  java_home='' java_looked='' java_seen=:
  if [ -n "${JAVA_HOME:-}" ]; then
    # The usual case, without the fork that java_try costs.
    java_home_serves "$JAVA_HOME" "$1" && return 0
    java_try "$JAVA_HOME" "$1" JAVA_HOME && return 0
  else
    java_looked="
  JAVA_HOME: not set"
  fi
  if java_home_on_path; then
    java_try "$path_home" "$1" 'java on the PATH' && return 0
  else
    java_looked="$java_looked
  PATH: no java on it"
  fi
  home=${HOME:-/nonexistent}
  java_folders=${ORRERY_JAVA_FOLDERS-$java_system_folders}
  java_folders="$java_folders:${SDKMAN_DIR:-$home/.sdkman}/candidates/java/*"
  java_folders="$java_folders:${MISE_DATA_DIR:-$home/.local/share/mise}/installs/java/*"
  java_folders="$java_folders:${ASDF_DATA_DIR:-$home/.asdf}/installs/java/*:${JENV_ROOT:-$home/.jenv}/versions/*"
  java_folders="$java_folders:$home/.jdks/*:$home/.gradle/jdks/*:$home/Library/Java/JavaVirtualMachines/*/Contents/Home"
  # Split only at colons, so that a folder's name may contain spaces; the patterns expand after the split.
  saved_ifs=$IFS
  IFS=:
  for candidate in $java_folders; do
    IFS=$saved_ifs
    [ -e "$candidate/bin/java" ] || continue
    java_try "$candidate" "$1" found && return 0
  done
  IFS=$saved_ifs
  return 1
}

java_not_found() {
  what='JDK'
  [ "$1" = jdk ] || what='Java'
  {
    echo "Orrery needs a $what $java_needed or newer, and found none. It looked at:$java_looked"
    printf '%s\n' "$java_folders" | tr ':' '\n' | sed '/^$/d; s/^/  in /'
    echo "Install one (https://adoptium.net, \"sdk install java 25-tem\", \"apt install openjdk-25-jdk\", \"brew install openjdk\"),"
    echo 'or set JAVA_HOME to the folder of one that you have.'
  } >&2
}

# $1: the root of the checkout. Needs $java_home.
find_maven() {
  maven=$(command -v mvn) || maven=
  if [ -n "$maven" ]; then
    maven_version=$(cd "$1" && JAVA_HOME=$java_home "$maven" --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p')
    case $maven_version in
      '' | [0-2].* | 3.[0-7] | 3.[0-7].*) maven= ;;
    esac
  fi
  [ -n "$maven" ] || maven=$1/mvnw
}
