package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.figures.Figure;
import orrery.figures.FigureFolder;
import orrery.figures.Figures;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code figures}: the survey's figures as files. */
@Command(
        name = "figures",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Writes the figures of the survey of architectures as SVG files, and a page that shows them with their captions.",
            "",
            "Their numbers are those of the survey. 9 and 13 are training runs, whose curves are in no table: they say what the reports state in words.",
            "",
            "   1  gallery of the architectures",
            "   2  multi-head attention and grouped queries",
            "   3  multi-head attention and latent attention",
            "   4  KV cache per token of MHA, GQA, MQA and MLA, and published quality",
            "   5  a dense feed-forward and a mixture of experts",
            "   6  routed and shared experts",
            "   7  scores against training compute, and what training costs",
            "   8  where the norms stand",
            "   9  what OLMo 2's report says of its norms and stable training",
            "  10  Llama 3 8B and OLMo 2 7B",
            "  11  KV memory of Gemma 3 27B with and without windows",
            "  12  full, sliding and chunked masks",
            "  13  what Gemma 3's report says of windows and perplexity",
            "  14  OLMo 2 7B and Gemma 3 27B",
            "  15  Gemma 3n with and without per-layer embeddings in fast memory",
            "  16  Gemma 3 27B and Mistral Small 3.1 24B, and why one answers sooner"
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery figures --out figures",
            "  orrery figures --out figures --only 4,11 --force",
            "  orrery atlas --out atlas && orrery figures --out figures --atlas ../atlas",
            "  orrery figures --out figures --json"
        })
final class FiguresCommand implements Callable<Integer> {
    private static final String ATLAS = "atlas";

    private final Front front;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "the figures' folder, which appears complete or not at all")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--only", split = ",", paramLabel = "N", description = "these figures alone, as in 4,11")
    private List<Integer> only = List.of();

    @Option(names = "--force", description = "replace a folder of figures that is at --out already, as a whole")
    private boolean force;

    @Option(
            names = "--atlas",
            paramLabel = "ADDRESS",
            description =
                    "where the atlas is as the page sees it, for links to models and mechanisms; else an atlas beside"
                            + " DIR, if there is one, and the model cards if not")
    private Optional<String> atlas = Optional.empty();

    @Option(
            names = {"-q", "--quiet"},
            description = "nothing but errors")
    private boolean quiet;

    @Option(names = "--json", description = "one JSON object instead of the summary")
    private boolean json;

    FiguresCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        AtlasCommand.requireFree(out, force, "a folder of figures");
        var numbers = only.isEmpty() ? Figures.numbers() : List.copyOf(new TreeSet<>(only));
        var figures = new ArrayList<Figure>();
        try (var progress = new Progress(front, "drawing " + out.getFileName(), !quiet)) {
            for (int number : numbers) {
                figures.add(Figures.numbered(number));
                progress.at(figures.size(), numbers.size());
            }
        }
        var written = FigureFolder.write(out, figures, force, atlas.or(this::beside));
        if (json) {
            front.out().println(Json.report("figures", data(figures, written)));
        } else if (!quiet) {
            front.out()
                    .println("wrote " + written.page() + ": " + Numbers.count(figures.size(), "figure") + " in "
                            + Numbers.count(written.drawings().size(), "drawing") + " of together "
                            + Numbers.bytes(written.bytes()));
        }
        return 0;
    }

    /** The address of an atlas that lies beside the new folder. */
    private Optional<String> beside() {
        return Files.exists(out.resolveSibling(ATLAS).resolve("index.html"))
                ? Optional.of("../" + ATLAS)
                : Optional.empty();
    }

    private Map<String, Object> data(List<Figure> figures, FigureFolder.Written written) {
        var data = new LinkedHashMap<String, Object>();
        data.put("index", written.page().toString());
        data.put("figures", figures.stream().map(this::data).toList());
        data.put("bytes", written.bytes());
        return data;
    }

    private Map<String, Object> data(Figure figure) {
        var data = new LinkedHashMap<String, Object>();
        data.put("number", figure.number());
        data.put("name", figure.name());
        data.put("title", figure.title());
        data.put("caption", figure.caption());
        data.put(
                "files",
                figure.panels().stream()
                        .map(panel -> out.resolve(figure.file(panel)).toString())
                        .toList());
        return data;
    }
}
