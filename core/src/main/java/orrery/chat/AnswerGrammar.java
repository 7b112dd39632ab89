package orrery.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.constrain.ByteSet;
import orrery.constrain.ControlToken;
import orrery.constrain.Grammar;
import orrery.constrain.Regex;
import orrery.constrain.Rule;
import orrery.token.Tokenizer;

/** Writes the grammar of a whole answer: its reasoning, its text, and its calls as the family writes them. */
final class AnswerGrammar {
    private static final String START = "answer";
    private static final Regex ANY_TEXT =
            Regex.star(new Regex.Bytes(ByteSet.of(ControlToken.MARK).complement()));

    /** Two are enough for every template, and a model cannot go on with them for ever. */
    private static final Rule SPACE =
            new Rule.Lexeme(new Regex.Repeat(Regex.union(Regex.text(" "), Regex.text("\n"), Regex.text("\r\n")), 0, 2));

    private final ChatFamily family;
    private final Tokenizer tokenizer;
    private final ControlMarks marks;
    private final Map<String, Rule> rules = new LinkedHashMap<>();

    /** @param marks the control tokens among the family's delimiters */
    AnswerGrammar(ChatFamily family, Tokenizer tokenizer, ControlMarks marks) {
        this.family = family;
        this.tokenizer = tokenizer;
        this.marks = marks;
    }

    /**
     * The grammar of an answer.
     *
     * @param thought the reasoning's opening and closing delimiter, if the answer may have one
     * @param thoughtIsOpen whether the prompt has opened it
     */
    Grammar of(AnswerShape shape, Optional<Thought> thought, boolean thoughtIsOpen) {
        var rest = Rule.sequence(SPACE, rest(shape));
        var whole = thought.map(delimiters -> {
                    var closed =
                            new Rule.Lexeme(Regex.sequence(without(delimiters.close()), literal(delimiters.close())));
                    return thoughtIsOpen
                            ? Rule.sequence(closed, rest)
                            : Rule.choice(
                                    rest, Rule.sequence(new Rule.Lexeme(literal(delimiters.open())), closed, rest));
                })
                .orElse(rest);
        rules.put(START, whole);
        return new Grammar(rules, START);
    }

    /** The delimiters of the reasoning. */
    record Thought(String open, String close) {}

    private Rule rest(AnswerShape shape) {
        return switch (shape) {
            case AnswerShape.Text(Grammar grammar) -> embedded("text", grammar);
            case AnswerShape.Calls(var tools, boolean several, var instead) -> {
                var calls = calls(tools, several);
                yield instead.map(grammar -> Rule.choice(calls, embedded("text", grammar)))
                        .orElse(calls);
            }
            case AnswerShape.TextAndCalls(var tools, boolean several) ->
                family.bare() ? textOrCall(tools) : textAndCalls(tools, several);
        };
    }

    private Rule textAndCalls(List<AnswerShape.Tool> tools, boolean several) {
        return Rule.sequence(
                new Rule.Lexeme(without(family.constrained().mark())), Rule.optional(calls(tools, several)));
    }

    /** Without delimiters, the first character of an answer says whether it is a call. */
    private Rule textOrCall(List<AnswerShape.Tool> tools) {
        var mark = literal(family.constrained().mark());
        var bracket = Regex.union(Regex.text("{"), Regex.text("["));
        var space = Regex.star(new Regex.Bytes(
                ByteSet.range('\t', '\r').union(ByteSet.range(0x1C, 0x1F)).union(ByteSet.of(' '))));
        var text = new Regex.Intersection(List.of(
                without(family.constrained().mark()),
                new Regex.Complement(Regex.sequence(space, bracket, Regex.ANYTHING))));
        return Rule.choice(
                new Rule.Lexeme(text), Rule.sequence(new Rule.Lexeme(Regex.optional(mark)), calls(tools, false)));
    }

    private Rule calls(List<AnswerShape.Tool> tools, boolean several) {
        var syntax = family.constrained();
        var choices = new ArrayList<Rule>();
        for (int i = 0; i < tools.size(); i++) {
            var tool = tools.get(i);
            choices.add(Rule.sequence(
                    new Rule.Lexeme(literal(syntax.opening(tool.name()))),
                    embedded("tool" + i, tool.arguments()),
                    new Rule.Lexeme(literal(syntax.closing()))));
        }
        rules.put("call", new Rule.Choice(choices));
        var call = new Rule.Reference("call");
        var parts = new ArrayList<Rule>(List.of(new Rule.Lexeme(literal(syntax.before())), call));
        if (several && syntax.between().isPresent()) {
            var next = Rule.sequence(new Rule.Lexeme(literal(syntax.between().get())), call);
            parts.add(new Rule.Repeat(next, 0, Regex.UNBOUNDED));
        }
        parts.add(new Rule.Lexeme(literal(syntax.after())));
        return new Rule.Sequence(parts);
    }

    /** Any text in which a delimiter does not occur. */
    private Regex without(String delimiter) {
        if (marks.spelledIn(delimiter, 0) > 0) {
            // Text cannot spell a control token.
            return ANY_TEXT;
        }
        var having = Regex.sequence(Regex.ANYTHING, Regex.text(delimiter), Regex.ANYTHING);
        return new Regex.Intersection(List.of(ANY_TEXT, new Regex.Complement(having)));
    }

    /** A text with control tokens in it, as the tokenizer knows them. */
    private Regex literal(String text) {
        var parts = new ArrayList<Regex>();
        var plain = new StringBuilder();
        for (int at = 0; at < text.length(); ) {
            int length = marks.spelledIn(text, at);
            if (length == 0) {
                plain.append(text.charAt(at++));
                continue;
            }
            parts.add(Regex.text(plain.toString()));
            plain.setLength(0);
            parts.add(ControlToken.regex(
                    tokenizer.idOf(text.substring(at, at + length)).orElseThrow()));
            at += length;
        }
        parts.add(Regex.text(plain.toString()));
        return new Regex.Sequence(parts);
    }

    /** The rules of another grammar under names of their own; returns its start. */
    private Rule embedded(String prefix, Grammar grammar) {
        grammar.rules().forEach((name, rule) -> rules.put(prefix + "." + name, renamed(prefix, rule)));
        return new Rule.Reference(prefix + "." + grammar.start());
    }

    private static Rule renamed(String prefix, Rule rule) {
        return switch (rule) {
            case Rule.Lexeme _ -> rule;
            case Rule.Sequence(var parts) ->
                new Rule.Sequence(
                        parts.stream().map(part -> renamed(prefix, part)).toList());
            case Rule.Choice(var parts) ->
                new Rule.Choice(
                        parts.stream().map(part -> renamed(prefix, part)).toList());
            case Rule.Repeat(Rule part, int least, int most) -> new Rule.Repeat(renamed(prefix, part), least, most);
            case Rule.Reference(String name) -> new Rule.Reference(prefix + "." + name);
        };
    }
}
