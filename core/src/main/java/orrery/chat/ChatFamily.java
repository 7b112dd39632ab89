package orrery.chat;

import java.util.List;

/**
 * How the models of a family write reasoning and calls; each family is one literal.
 *
 * @param name for people, in logs and lists
 * @param responseTemplate in the form of transformers' response templates, as JSON
 * @param hidden delimiters that are always removed, even where they delimit nothing
 * @param bare whether calls have no delimiters, so that the tools' names decide what is a call
 * @param callOpening the beginning of a call of the tool {@code {name}}, up to its arguments
 * @param callClosing what follows the arguments
 * @param ids the form of call ids
 * @param several whether an answer may have several calls
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

    /**
     * The family of a checkpoint with a response template of its own; everything else comes from the family's literal.
     */
    ChatFamily with(String own) {
        return new ChatFamily(name, own, List.of(), bare, callOpening, callClosing, ids, several);
    }

    /** A call as the models of the family write it. */
    String call(String tool, String arguments) {
        return callOpening.replace("{name}", tool) + arguments + callClosing;
    }
}
