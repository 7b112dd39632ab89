package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orrery.atlas.Atlas;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import orrery.server.http.Routes;

/**
 * The pages for a browser: the atlas, with the served models before all others, and a chat, which uses the same API as
 * every other client. A file is generated at its first request by a single thread, so that the models lose at most one
 * core, and is kept as long as the same models are served. There are only as many files as the atlas has, about one
 * megabyte in total.
 */
final class Site implements Endpoint, AutoCloseable {
    private static final String CHAT = "chat";

    private static final List<String> PLACES = List.of(
            "/",
            "/" + CHAT,
            "/chat.js",
            "/chat.css",
            "/index.html",
            "/compare.html",
            "/timeline.html",
            "/mechanisms.html",
            "/figures.html",
            "/look.html",
            "/assets/",
            "/data/",
            "/models/",
            "/mechanisms/",
            "/figures/",
            "/look/");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    private final Supplier<List<Atlas.Served>> models;
    private final ThreadPoolExecutor maker = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("orrery-site").daemon().factory());
    private volatile Edition edition = new Edition(List.of());

    /** The files for one list of served models; only the maker's thread changes it. */
    private static final class Edition {
        private final List<String> names;
        private final Map<String, SiteFile> files = new ConcurrentHashMap<>();
        private @Nullable Atlas atlas;

        private Edition(List<String> names) {
            this.names = names;
        }
    }

    /** @param models the served models; called at every request */
    Site(Supplier<List<Atlas.Served>> models) {
        this.models = models;
        maker.allowCoreThreadTimeOut(true);
    }

    void addTo(Routes routes) {
        PLACES.forEach(path -> routes.with("GET", path, this));
    }

    @Override
    public void handle(Exchange exchange) {
        String path =
                exchange.path().equals("/") ? "index.html" : exchange.path().substring(1);
        var shown = models.get();
        var now = edition;
        var known = now.names.equals(names(shown)) ? now.files.get(path) : null;
        (known != null ? known : await(maker.submit(() -> made(path, shown)))).answer(exchange);
    }

    private static List<String> names(List<Atlas.Served> shown) {
        return shown.stream().map(Atlas.Served::name).toList();
    }

    private SiteFile made(String path, List<Atlas.Served> shown) {
        if (!edition.names.equals(names(shown))) {
            edition = new Edition(names(shown));
        }
        var now = edition;
        var known = now.files.get(path);
        if (known != null) {
            return known;
        }
        String text = text(path, now, shown);
        String ending = path.equals(CHAT) ? "html" : path.substring(path.lastIndexOf('.') + 1);
        var file = SiteFile.of(Objects.requireNonNull(TYPES.get(ending), path), text);
        now.files.put(path, file);
        return file;
    }

    private static String text(String path, Edition now, List<Atlas.Served> shown) {
        if (path.equals(CHAT)) {
            return Atlas.chatPage(resource("chat.html"));
        }
        if (path.startsWith(CHAT)) {
            return resource(path);
        }
        var asset = Atlas.assets().get(path);
        if (asset != null) {
            return asset.get();
        }
        var atlas = now.atlas;
        if (atlas == null) {
            atlas = Atlas.beside(shown);
            now.atlas = atlas;
        }
        if (!atlas.paths().contains(path)) {
            throw ApiException.of(404, "not_found", "the atlas has no such page; / lists the models");
        }
        return atlas.file(path);
    }

    private static <T> T await(Future<T> made) {
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a page was generated", e);
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e);
            }
        }
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(Site.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        maker.shutdownNow();
    }
}
