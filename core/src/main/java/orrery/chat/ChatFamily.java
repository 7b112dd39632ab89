package orrery.chat;

import java.util.List;

/**
 * How the models of a family write reasoning and calls; each family is one literal.
 *
 * @param name for people, in logs and lists
 * @param responseTemplate in the form of transformers' response templates, as JSON
 * @param hidden delimiters that are always removed, even where they delimit nothing
 * @param bare whether calls have no delimiters, so that the tools' names decide what is a call
 * @param calls how it writes calls
 * @param constrained how it writes calls whose arguments have to follow a schema
 * @param ids the form of call ids
 * @param several whether an answer may have several calls
 */
record ChatFamily(
        String name,
        String responseTemplate,
        List<String> hidden,
        boolean bare,
        CallSyntax calls,
        CallSyntax constrained,
        ChatIds.Form ids,
        boolean several) {

    /**
     * The family of a checkpoint with a response template of its own; everything else comes from the family's literal.
     */
    ChatFamily with(String own) {
        return new ChatFamily(name, own, List.of(), bare, calls, constrained, ids, several);
    }
}
