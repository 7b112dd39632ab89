package orrery.server.api;

/** What a client sent, in a sentence for a person: short, and without control characters. */
final class Shown {
    private static final int MOST = 60;

    private Shown() {}

    static String text(String sent) {
        String visible = sent.replaceAll("\\p{Cntrl}", "?");
        return visible.length() > MOST ? visible.substring(0, MOST) + "…" : visible;
    }
}
