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
 */
record TokenizerFacts(
        String origin,
        Vocabulary vocabulary,
        List<Normalization> normalizers,
        List<PreTokenizer> preTokenizers,
        Model model,
        PostProcessor postProcessor,
        PieceDecoder decoder) {

    TokenizerFacts {
        for (int id : postProcessor.template()) {
            if (id != PostProcessor.TEXT && !vocabulary.has(id)) {
                throw new TokenizerException("post_processor puts the id " + id + " around texts, which no token has");
            }
        }
    }
}
