package orrery.server.api;

/** Shortens what a client sent and removes control characters, for use in messages. */
final class Shown {
    private static final int MOST = 60;

    private Shown() {}

    static String text(String sent) {
        String visible = sent.replaceAll("\\p{Cntrl}", "?");
        return visible.length() > MOST ? visible.substring(0, MOST) + "…" : visible;
    }
}
