package orrery.atlas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Leads to the chat with a model that is served beside these pages. */
final class ChatLink {
    private ChatLink() {}

    /**
     * As HTML.
     *
     * @param name what clients call the model
     * @param root from the page to the site's beginning
     */
    static String to(String name, String root) {
        return Html.link(root + "chat?model=" + URLEncoder.encode(name, UTF_8), "Chat with " + name);
    }
}
