package orrery.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.report.ModelData;
import orrery.report.Numbers;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tokens}: the tokens of a text. */
@Command(
        name = "tokens",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Shows how a model's tokenizer splits a text.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery tokens \"Which attention does DeepSeek V3 use?\"",
            "  orrery tokens --chat \"Hello\"",
            "  orrery tokens --model path/to/model.gguf \"naïve café\"",
            "  orrery tokens --json < README.md"
        })
final class TokensCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "the text; standard input if there is none")
    private @Nullable String text;

    @Option(
            names = "--special",
            description = "recognise special tokens in the text, and add those that the tokenizer adds (such as BOS)")
    private boolean special;

    @Option(names = "--chat", description = "put the text into the model's chat template as a user message")
    private boolean chat;

    @Option(names = "--json", description = "print one JSON object instead of the picture")
    private boolean json;

    @Mixin
    private final ModelOption model = new ModelOption();

    TokensCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var path = model.path();
        String given = text != null ? text : front.readInput();
        try (var tokenizer = Tokenizer.read(path)) {
            String whole = chat ? rendered(tokenizer, given) : given;
            int[] ids = chat
                    ? tokenizer.encodePrompt(whole)
                    : special ? tokenizer.encodeWithSpecialTokens(given) : tokenizer.encode(given);
            if (json) {
                printData(tokenizer, ids, given);
            } else {
                print(tokenizer, ids, given);
            }
        }
        return 0;
    }

    private String rendered(Tokenizer tokenizer, String given) {
        var path = model.path();
        var template = ChatTemplate.read(path).orElseThrow(() -> new CommandException(path + " has no chat template"));
        if (!template.hearsUsers(Map.of())) {
            throw new CommandException("the chat template of " + path + " ignores user messages");
        }
        return template.render(List.of(new ChatMessage("user", tokenizer.guard(given))), true, Map.of());
    }

    /** One object, written token by token: a text of many megabytes has millions of tokens. */
    private void printData(Tokenizer tokenizer, int[] ids, String given) {
        var counts = new LinkedHashMap<String, Object>();
        counts.put("model", ModelData.of(model.path()));
        counts.put("count", ids.length);
        counts.put("characters", given.codePointCount(0, given.length()));
        counts.put("bytes", given.getBytes(StandardCharsets.UTF_8).length);
        String object = Json.report("tokens", counts);
        front.out().print(object.substring(0, object.length() - 1) + ",\"tokens\":[");
        var tokens = new Line(front.out(), part -> part);
        tokenizer.forEachPiece(ids, piece -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("id", piece.id());
            one.put("piece", piece.piece());
            one.put("text", piece.text());
            tokens.add(Json.line(one), ",");
        });
        tokens.end("]}");
    }

    private void print(Tokenizer tokenizer, int[] ids, String given) {
        var style = front.style();
        var shown = new Line(front.out(), part -> part);
        tokenizer.forEachPiece(ids, piece -> {
            String visible = VisibleText.of(tokenizer, piece);
            shown.add(style.coloured() ? style.shade(shown.count, visible) : visible, style.coloured() ? "" : "│");
        });
        shown.end("");
        front.out().println();
        var numbers = new Line(front.out(), style::dim);
        for (int id : ids) {
            numbers.add(Integer.toString(id), " ");
        }
        numbers.end("");
        int characters = given.codePointCount(0, given.length());
        front.out()
                .println(Numbers.count(ids.length, "token") + ", " + Numbers.count(characters, "character") + ", "
                        + Numbers.count(given.getBytes(StandardCharsets.UTF_8).length, "byte")
                        + (chat ? " before the template" : ""));
    }

    /** A line that is printed while it is created: a text of many megabytes has millions of tokens. */
    private static final class Line {
        private static final int LONG = 1 << 16;

        private final PrintWriter out;
        private final UnaryOperator<String> style;
        private final StringBuilder text = new StringBuilder();
        private int count;

        Line(PrintWriter out, UnaryOperator<String> style) {
            this.out = out;
            this.style = style;
        }

        void add(String part, String between) {
            text.append(count++ == 0 ? "" : between).append(part);
            if (text.length() > LONG) {
                out.print(style.apply(text.toString()));
                text.setLength(0);
            }
        }

        void end(String last) {
            out.println(style.apply(text.toString()) + last);
        }
    }
}
