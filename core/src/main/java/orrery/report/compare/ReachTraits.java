package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.report.Numbers;
import orrery.spec.Reach;

/** How far the layers of two models look back. */
final class ReachTraits {
    private ReachTraits() {}

    private enum Form {
        FULL,
        WINDOW,
        CHUNK;

        static Form of(Reach reach) {
            return switch (reach) {
                case Reach.Full _ -> FULL;
                case Reach.Window _ -> WINDOW;
                case Reach.Chunk _ -> CHUNK;
            };
        }
    }

    static void compare(Findings findings) {
        var two = findings.everywhere(layer -> layer.attention().reach());
        if (two.as(Form::of).agreeInOrder()) {
            sizes(findings);
            return;
        }
        var before = nouns(two.from());
        var now = clauses(two.to());
        if (now.isEmpty()) {
            findings.structure(
                    ATTENTION, "every layer sees all earlier tokens, instead of only " + Sentences.listed(before));
        } else {
            findings.structure(
                    ATTENTION,
                    Sentences.listed(now) + (before.isEmpty() ? "" : ", instead of " + Sentences.listed(before)));
        }
    }

    private static void sizes(Findings findings) {
        findings.size(
                ATTENTION,
                layer -> switch (layer.attention().reach()) {
                    case Reach.Window(var tokens) -> Optional.of(tokens);
                    case Reach.Full _, Reach.Chunk _ -> Optional.empty();
                },
                (b, a) -> Sentences.instead("a window of " + b + " tokens", a));
        findings.size(
                ATTENTION,
                layer -> switch (layer.attention().reach()) {
                    case Reach.Chunk(var tokens) -> Optional.of(tokens);
                    case Reach.Full _, Reach.Window _ -> Optional.empty();
                },
                (b, a) -> Sentences.instead("chunks of " + b + " tokens", a));
    }

    private static List<String> clauses(Layered<Reach> reaches) {
        var clauses = new ArrayList<String>();
        reaches.places().forEach((reach, layers) -> {
            String sees = Layers.clause(reaches.layers().byPlace(layers), "sees only ", "see only ");
            switch (reach) {
                case Reach.Full _ -> {}
                case Reach.Window(var tokens) -> clauses.add(sees + "the last " + Numbers.count(tokens, "token"));
                case Reach.Chunk(var tokens) ->
                    clauses.add(sees + "tokens of the same chunk of " + Numbers.exact(tokens));
            }
        });
        return clauses;
    }

    private static List<String> nouns(Layered<Reach> reaches) {
        return reaches.places().entrySet().stream()
                .map(kind -> {
                    String on = reaches.only().isPresent()
                            ? ""
                            : " on " + reaches.layers().byPlace(kind.getValue());
                    return switch (kind.getKey()) {
                        case Reach.Full _ -> "";
                        case Reach.Window(var tokens) -> "the last " + Numbers.count(tokens, "token") + on;
                        case Reach.Chunk(var tokens) -> "tokens of the same chunk of " + Numbers.exact(tokens) + on;
                    };
                })
                .filter(noun -> !noun.isEmpty())
                .collect(Collectors.toList());
    }
}
