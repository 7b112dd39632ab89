package orrery.token;

import java.util.List;

/**
 * Everything that defines a tokenizer, in the order of use, whatever file it came from.
 *
 * @param origin the file, for messages
 * @param vocabulary all tokens; added ones are matched in a text first
 * @param normalizers applied to the text between them
 * @param preTokenizers split the text into pieces
 * @param model splits each piece into tokens
 * @param postProcessor adds special tokens around them
 * @param decoder converts tokens back
 * @param roles the BOS and EOS tokens
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
