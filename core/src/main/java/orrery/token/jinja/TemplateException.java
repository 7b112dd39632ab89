package orrery.token.jinja;

import orrery.OrreryException;

/** A template is malformed, cannot be rendered with the given variables, or rejects them itself. */
public final class TemplateException extends OrreryException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /** An error whose place is unknown, or not in a template. */
    public TemplateException(String message) {
        super(message);
        this.line = 0;
        this.column = 0;
    }

    /** An error whose place is unknown, or not in a template, with its cause. */
    public TemplateException(String message, Throwable cause) {
        super(message, cause);
        this.line = 0;
        this.column = 0;
    }

    TemplateException(String message, int line, int column) {
        super(message + " (template line " + line + ", column " + column + ")");
        this.line = line;
        this.column = column;
    }

    TemplateException(String message, int line, int column, Throwable cause) {
        super(message + " (template line " + line + ", column " + column + ")", cause);
        this.line = line;
        this.column = column;
    }

    private TemplateException(String where, TemplateException fault) {
        super(where + ": " + fault.getMessage(), fault);
        this.line = fault.line;
        this.column = fault.column;
    }

    /** The same error, with the template's origin. */
    public TemplateException in(String where) {
        return new TemplateException(where, this);
    }

    /** The line in the template, from 1; 0 if the error has no place in it. */
    public int line() {
        return line;
    }

    /** The column in the template, from 1; 0 if the error has no place in it. */
    public int column() {
        return column;
    }
}
