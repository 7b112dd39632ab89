package orrery.catalog;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the makers of a release say of it in words, and no config says: each with the place where it stands. What is not
 * known for certain is left out.
 *
 * @param context tokens that it is made for
 * @param training tokens that it was trained on
 * @param leftOut the part of a multimodal release that is no part of the spec
 * @param effective the makers' own count of parameters that must be in fast memory
 */
public record Announcement(
        Optional<Context> context,
        Optional<Training> training,
        Optional<LeftOut> leftOut,
        Optional<Effective> effective) {
    /** Nothing that is known. */
    public static final Announcement NONE =
            new Announcement(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Where most makers say it. */
    static final String CARD = "model card";

    /**
     * A context.
     *
     * @param tokens that it is made for, as released
     * @param text the same as its makers write it: {@code 128K}
     * @param extended what it reaches with YaRN, where its makers say so and the config does not turn it on
     * @param source where they say it
     */
    public record Context(int tokens, String text, OptionalInt extended, String source) {}

    /**
     * Tokens of training.
     *
     * @param tokens all of them
     * @param text the same as its makers write it: {@code over 15T}
     * @param source where they say it
     */
    public record Training(double tokens, String text, String source) {}

    /**
     * A part of the release that no text goes through.
     *
     * @param name {@code vision tower}
     * @param several whether it is more than one thing
     * @param parameters its own, with what projects its output; empty where they are not known
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
     * @param text as the makers write the number
     * @param definition what they leave out
     * @param source where they say it
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
