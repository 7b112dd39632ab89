package orrery.server.http;

/** Shortens what a client sent and removes control characters, for use in messages. */
final class VisibleHeader {
    private static final int MOST = 80;

    private VisibleHeader() {}

    static String of(String sent) {
        String visible = sent.replaceAll("\\p{Cntrl}", "?");
        return visible.length() > MOST ? visible.substring(0, MOST) + "…" : visible;
    }
}
