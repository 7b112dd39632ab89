package orrery.server.http;

/** What a client sent, in a sentence for a person: short, and without control characters. */
final class VisibleHeader {
    private static final int MOST = 80;

    private VisibleHeader() {}

    static String of(String sent) {
        String visible = sent.replaceAll("\\p{Cntrl}", "?");
        return visible.length() > MOST ? visible.substring(0, MOST) + "…" : visible;
    }
}
