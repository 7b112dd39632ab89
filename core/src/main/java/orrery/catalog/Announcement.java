package orrery.catalog;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the authors of a release say about it that no config contains, each with its source. Anything uncertain is left
 * out.
 *
 * @param context the context length that it is made for
 * @param training tokens that it was trained on
 * @param leftOut the part of a multimodal release that is not part of the spec
 * @param effective the authors' own count of parameters that must be in fast memory
 */
public record Announcement(
        Optional<Context> context,
        Optional<Training> training,
        Optional<LeftOut> leftOut,
        Optional<Effective> effective) {
    /** Nothing is known. */
    public static final Announcement NONE =
            new Announcement(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The usual source. */
    static final String CARD = "model card";

    /**
     * A context length.
     *
     * @param tokens the context length, as released
     * @param text the same as its authors write it: {@code 128K}
     * @param extended the context length with YaRN, if the authors state it and the config does not enable it
     * @param source where they state it
     */
    public record Context(int tokens, String text, OptionalInt extended, String source) {}

    /**
     * Training tokens.
     *
     * @param tokens all of them
     * @param text the same as its authors write it: {@code over 15T}
     * @param source where they state it
     */
    public record Training(double tokens, String text, String source) {}

    /**
     * A part of the release that text does not go through.
     *
     * @param name {@code vision tower}
     * @param several whether it is more than one component
     * @param parameters its parameters, including its output projection; empty if unknown
     * @param source where the number comes from
     */
    public record LeftOut(String name, boolean several, OptionalLong parameters, String source) {
        /** {@code text part only: the release's vision tower of 420M parameters is not counted}, with {@code 420M}. */
        public String sentence(String rounded) {
            return "text part only: the release's " + name
                    + (parameters.isPresent() ? " of " + rounded + " parameters" : "")
                    + (several ? " are not counted" : " is not counted");
        }
    }

    /**
     * Effective parameters.
     *
     * @param text as the authors write the number
     * @param definition what they leave out
     * @param source where they state it
     */
    public record Effective(String text, String definition, String source) {}

    Announcement context(int tokens, String text, String source) {
        return new Announcement(
                Optional.of(new Context(tokens, text, OptionalInt.empty(), source)), training, leftOut, effective);
    }

    Announcement extended(int tokens) {
        return new Announcement(
                context.map(one -> new Context(one.tokens(), one.text(), OptionalInt.of(tokens), one.source())),
                training,
                leftOut,
                effective);
    }

    Announcement trained(double tokens, String text, String source) {
        return new Announcement(context, Optional.of(new Training(tokens, text, source)), leftOut, effective);
    }

    Announcement without(String name, boolean several, long parameters, String source) {
        var part = new LeftOut(name, several, OptionalLong.of(parameters), source);
        return new Announcement(context, training, Optional.of(part), effective);
    }

    Announcement effective(String text, String definition, String source) {
        return new Announcement(context, training, leftOut, Optional.of(new Effective(text, definition, source)));
    }
}
