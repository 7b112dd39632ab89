package orrery.token;

import java.util.List;

/**
 * All that a tokenizer does, in the order in which it does it, whatever file it was read from.
 *
 * @param origin what it was read from, for messages
 * @param vocabulary every token; its added ones are found in a text first
 * @param normalizers then what lies between them is normalised
 * @param preTokenizers and cut
 * @param model and each piece is split into tokens
 * @param postProcessor and others are put around all of them
 * @param decoder the way back
 * @param roles which tokens begin and end a sequence
 */
record TokenizerFacts(
        String origin,
        Vocabulary vocabulary,
        List<Normalization> normalizers,
        List<PreTokenizer> preTokenizers,
        Model model,
        PostProcessor postProcessor,
        PieceDecoder decoder,
        Roles roles) {

    TokenizerFacts {
        for (int id : postProcessor.template()) {
            if (id != PostProcessor.TEXT && !vocabulary.has(id)) {
                throw new TokenizerException("no token has the id " + id + ", which is put around texts");
            }
        }
    }

    TokenizerFacts withRoles(Roles others) {
        return new TokenizerFacts(
                origin, vocabulary, normalizers, preTokenizers, model, postProcessor, decoder, others);
    }

    TokenizerFacts withPostProcessor(PostProcessor other) {
        return new TokenizerFacts(origin, vocabulary, normalizers, preTokenizers, model, other, decoder, roles);
    }
}
