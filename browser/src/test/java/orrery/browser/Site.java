package orrery.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import orrery.atlas.Atlas;

/** The whole atlas on a disk, and this machine's Chromium to view it. Errors of all pages are collected. */
final class Site implements AutoCloseable {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int PATIENCE_MILLIS = 60_000;

    private final Path directory;
    private final Playwright playwright = Playwright.create();
    private final Browser browser;
    private final List<String> complaints = new ArrayList<>();

    Site(Path directory) {
        this.directory = directory;
        Atlas.ofCatalog().write(directory, true, (_, _) -> {});
        browser = launch(playwright);
    }

    static Browser launch(Playwright playwright) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable())
                        // Chromium's sandbox does not work as root, as in a container.
                        .setArgs(List.of("--no-sandbox")));
    }

    private static Path executable() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> BROWSERS.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no Chromium on the PATH, expected one of " + BROWSERS));
    }

    /** A page of the site, opened from the disk; a fragment or a query may follow its name. */
    Page open(String name, int width, ColorScheme colours) {
        return open(
                name,
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(colours));
    }

    Page open(String name) {
        return open(name, 1200, ColorScheme.LIGHT);
    }

    Page open(String name, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MILLIS);
        var page = context.newPage();
        watch(page);
        page.navigate(address(name));
        return page;
    }

    String address(String name) {
        int fragment = Math.max(name.indexOf('#'), name.indexOf('?'));
        String file = fragment < 0 ? name : name.substring(0, fragment);
        return directory.resolve(file).toUri() + (fragment < 0 ? "" : name.substring(fragment));
    }

    private void watch(Page page) {
        String root = directory.toUri().toString();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(page.url() + " says: " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + " fails: " + error));
        page.onRequest(request -> {
            if (!request.url().startsWith(root)) {
                complaints.add(page.url() + " asks for " + request.url());
            }
        });
        page.onRequestFailed(request -> complaints.add(page.url() + " does not get " + request.url()));
    }

    /** Console messages, exceptions, failed requests, and requests to other sites. */
    List<String> complaints() {
        return complaints;
    }

    /** Every page, by its path within the site. */
    List<String> pages() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
