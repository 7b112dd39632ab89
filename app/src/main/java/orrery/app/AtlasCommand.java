package orrery.app;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.app.terminal.Progress;
import orrery.atlas.Atlas;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code atlas}: all releases as a website. */
@Command(
        name = "atlas",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Writes a site with a page for every released model, every mechanism and every figure of a survey of them, a page"
                    + " to compare models side by side, a timeline, and a look inside a small model.",
            "",
            "It needs no server and no network: open its index.html."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  orrery atlas --out site", "  orrery atlas --out site --force"})
final class AtlasCommand implements Callable<Integer> {
    private final Front front;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "the site's directory; it is written completely or not at all")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--force", description = "replace an atlas that --out already holds")
    private boolean force;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only errors")
    private boolean quiet;

    @Option(names = "--json", description = "print one JSON object instead of the summary")
    private boolean json;

    AtlasCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        requireFree(out, force, "an atlas");
        Atlas.Written written;
        try (var progress = new Progress(front, "writing " + out.getFileName(), !quiet)) {
            written = Atlas.ofCatalog().write(out, force, progress::at);
        }
        var index = out.resolve("index.html");
        if (json) {
            var data = new LinkedHashMap<String, Object>();
            data.put("index", index.toString());
            data.put("models", written.models());
            data.put("mechanisms", written.mechanisms());
            data.put("files", written.files());
            data.put("bytes", written.bytes());
            front.out().println(Json.report("atlas", data));
        } else if (!quiet) {
            front.out()
                    .println("wrote " + index + ": " + Numbers.count(written.models(), "model") + ", "
                            + Numbers.count(written.mechanisms(), "mechanism") + ", "
                            + Numbers.count(written.files(), "file") + " of together "
                            + Numbers.bytes(written.bytes()));
        }
        return 0;
    }

    /** Called first, so that no work is done in vain. */
    static void requireFree(Path place, boolean force, String kind) {
        if (!force && holdsSomething(place)) {
            throw new CommandException(place + " exists already and is not empty; --force replaces " + kind);
        }
    }

    private static boolean holdsSomething(Path place) {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return Files.exists(place, LinkOption.NOFOLLOW_LINKS);
        }
        String[] names = place.toFile().list();
        return names == null || names.length > 0;
    }
}
