# Reads surefire's XML reports: prints the failed tests, the skipped ones by reason, and "N passed, N failed, N skipped".
# Counts come from the root element of each report; output that a test printed is never taken for a result.

function attribute(line, name,    from) {
  from = index(line, " " name "=\"")
  if (!from) return ""
  line = substr(line, from + length(name) + 3)
  return substr(line, 1, index(line, "\"") - 1)
}

function plain(text) {
  gsub(/&#(10|13|9);/, " ", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
  return text
}

FNR == 1 { in_output = 0 }
/<(system-out|system-err)>/ { in_output = 1 }
!in_output && /<testsuite / {
  tests += attribute($0, "tests"); errors += attribute($0, "errors")
  failures += attribute($0, "failures"); skips += attribute($0, "skipped")
}
!in_output && /<testcase / { test = attribute($0, "classname") "." attribute($0, "name") }
!in_output && /^ *<skipped/ {
  reason = plain(attribute($0, "message"))
  sub(/^Assumption failed: */, "", reason)
  if (reason == "") reason = "no reason given: " plain(test)
  skipped[reason]++
}
!in_output && /^ *<(failure|error)[ >]/ { failed[++failed_count] = plain(test) ": " substr(plain(attribute($0, "message")), 1, 200) }
/<\/(system-out|system-err)>/ { in_output = 0 }

END {
  for (i = 1; i <= failed_count; i++) print "  failed   " failed[i]
  for (reason in skipped) print "  skipped  " skipped[reason] ": " reason | "sort"
  close("sort")
  print tests - errors - failures - skips " passed, " errors + failures " failed, " skips + 0 " skipped"
}
