package orrery.token.jinja;

/**
 * A template's text as Jinja reads it: every line break is {@code \n}, and one at the very end is dropped.
 */
final class Source {
    private final String text;

    Source(String raw) {
        String unified = raw.replace("\r\n", "\n").replace('\r', '\n');
        this.text = unified.endsWith("\n") ? unified.substring(0, unified.length() - 1) : unified;
    }

    String text() {
        return text;
    }

    /** An error with its place as line and column, both from 1. */
    TemplateException failure(String message, int at) {
        return new TemplateException(message, line(at), column(at));
    }

    /** An error during rendering, with the place of what was being evaluated. */
    TemplateException located(TemplateException fault, int at) {
        return new TemplateException(String.valueOf(fault.getMessage()), line(at), column(at), fault);
    }

    private int line(int at) {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private int column(int at) {
        int lineStart = at == 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
        return 1 + text.codePointCount(lineStart, at);
    }
}
