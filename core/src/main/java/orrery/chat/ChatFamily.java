package orrery.chat;

import java.util.List;

/**
 * How the models of a family write thoughts and calls: one literal each.
 *
 * @param name for people, in logs and lists
 * @param responseTemplate in the shape of transformers' response templates, as JSON
 * @param hidden delimiters that never show, not even where they delimit nothing
 * @param bare whether nothing but its form tells a call from text, so that the names of the tools decide
 * @param callOpening what a call of the tool {@code {name}} begins with, up to its arguments
 * @param callClosing what follows its arguments
 * @param ids what ids look like
 * @param several whether calls may follow each other
 */
record ChatFamily(
        String name,
        String responseTemplate,
        List<String> hidden,
        boolean bare,
        String callOpening,
        String callClosing,
        ChatIds.Form ids,
        boolean several) {

    /** The family of a checkpoint that says itself how it writes: what a literal says beside that is its family's. */
    ChatFamily with(String own) {
        return new ChatFamily(name, own, List.of(), bare, callOpening, callClosing, ids, several);
    }

    /** A call as the models of the family write it. */
    String call(String tool, String arguments) {
        return callOpening.replace("{name}", tool) + arguments + callClosing;
    }
}
