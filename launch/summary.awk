# Reads surefire's XML reports: prints the failed tests, the skipped ones by reason, and "N passed, N failed, N skipped".
# Counts come from the root element of each report; a test's output and stack traces are in CDATA and never count as results.

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

# Whether the next line is inside CDATA, given whether this one starts inside.
function inside_data(line, inside,    at) {
  while ((at = index(line, inside ? "]]>" : "<![CDATA[")) > 0) {
    line = substr(line, at + 3)
    inside = !inside
  }
  return inside
}

FNR == 1 { in_data = 0 }
{ began_in_data = in_data; in_data = inside_data($0, in_data) }
began_in_data { next }
{ data_at = index($0, "<![CDATA["); markup = data_at ? substr($0, 1, data_at - 1) : $0 }

markup ~ /<testsuite / {
  tests += attribute(markup, "tests"); errors += attribute(markup, "errors")
  failures += attribute(markup, "failures"); skips += attribute(markup, "skipped")
}
markup ~ /<testcase / { test = plain(attribute(markup, "classname") "." attribute(markup, "name")) }
markup ~ /<skipped/ {
  reason = plain(attribute(markup, "message"))
  # The message of an assumption is only in the first line of the stack trace.
  if (reason == "" && data_at) {
    reason = substr($0, data_at + 9)
    sub(/^[A-Za-z0-9_.$]*: /, "", reason)
    sub(/\]\]>.*/, "", reason)
  }
  sub(/^Assumption failed: /, "", reason)
  if (reason == "" || reason ~ /^[A-Za-z0-9_.$]*TestAbortedException$/) reason = "no reason given by " test
  skipped[reason]++
}
markup ~ /<(failure|error)[ >]/ { failed[++failed_count] = test ": " substr(plain(attribute(markup, "message")), 1, 200) }

END {
  for (i = 1; i <= failed_count; i++) print "  failed   " failed[i]
  for (reason in skipped) print "  skipped  " skipped[reason] ": " reason | "sort"
  close("sort")
  print tests - errors - failures - skips " passed, " errors + failures " failed, " skips + 0 " skipped"
}
