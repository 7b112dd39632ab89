package orrery.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;
import orrery.server.ModelSource;
import orrery.server.Server;
import orrery.server.ServerOptions;

/** The pages of a server, with the policy that its headers set. */
final class ChatTest {
    private static final int PATIENCE_MILLIS = 120_000;
    private static final String API = "**/v1/chat/completions";
    private static final String THOUGHT_AND_ANSWER = """
            data: {"choices":[{"delta":{"reasoning_content":"Let me think."}}]}

            : a comment while nothing is said

            data: {"choices":[{"delta":{"content":"Keys are vectors."}}]}

            data: [DONE]

            """;

    @SuppressWarnings("NullAway.Init")
    private static Server server;

    @SuppressWarnings("NullAway.Init")
    private static Playwright playwright;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Page page;

    @BeforeAll
    static void start() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        var model = new ModelSource(
                "demo",
                List.of(),
                Path.of("../demo-model"),
                EngineOptions.defaults().withThreads(1));
        server = Server.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(model), LoadListener.NONE);
        playwright = Playwright.create();
        browser = Site.launch(playwright);
    }

    @AfterAll
    static void stop() {
        browser.close();
        playwright.close();
        server.close();
    }

    @BeforeEach
    void open() {
        page = browser.newPage(new Browser.NewPageOptions()
                .setViewportSize(360, 740)
                .setBaseURL(server.address().toString()));
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(error -> complaints.add(String.valueOf(error)));
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 404")) {
                complaints.add(message.text());
            }
        });
    }

    @AfterEach
    void nothingComplained() {
        page.close();
        assertThat(complaints).isEmpty();
    }

    private void ask(String text) {
        page.locator("#text").fill(text);
        page.keyboard().press("Enter");
    }

    @Test
    void fromTheHomePageToAnAnswerUnderASystemPrompt() {
        page.navigate("/");
        assertThat(page.locator("ul.cards").first().locator("strong")).hasText("demo");
        page.getByText("Chat with demo").click();
        assertThat(page.locator("#about")).containsText("2,048 tokens");

        page.getByText("System prompt").click();
        page.locator("#system").fill("Answer briefly.");
        var request = page.waitForRequest(API, () -> ask("Which attention does DeepSeek V3 use?"));

        assertThat(request.postData())
                .contains("{\"role\":\"system\",\"content\":\"Answer briefly.\"}")
                .contains("\"stream\":true");
        assertThat(page.locator(".spent")).containsText("tokens");
        assertThat(page.locator(".message").last()).containsText("multi-head latent attention");
        assertThat(page.locator("#send")).isEnabled();
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
    }

    @Test
    void anAnswerThatIsStoppedGivesTheQuestionBack() {
        page.route(API, _ -> {});
        page.navigate("/chat?model=demo");
        ask("Will this end?");
        assertThat(page.locator("#send")).isDisabled();

        page.locator("#stop").click();

        assertThat(page.locator(".spent")).hasText("stopped");
        assertThat(page.locator("#text")).hasValue("Will this end?");
        assertThat(page.locator("#stop")).isDisabled();
    }

    @Test
    void whatTheServerRefusesIsShown() {
        page.navigate("/chat?model=no-such");
        assertThat(page.locator(".error")).hasText("There is no model called no-such here.");

        page.evaluate("document.querySelector('#model').replaceChildren(new Option('gone'))");
        ask("Hello");

        assertThat(page.locator(".error").last()).containsText("there is no model 'gone' here");
        page.locator("#clear").click();
        assertThat(page.locator("#talk")).isEmpty();
    }

    @Test
    void thoughtsAreFoldedAwayOnceTheAnswerBegins() {
        page.route(
                API,
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("text/event-stream")
                        .setBody(THOUGHT_AND_ANSWER)));
        page.navigate("/chat");
        assertThat(page.locator("#model")).hasValue("demo");
        ask("What are keys?");

        assertThat(page.locator(".message").last()).hasText("Keys are vectors.");
        assertThat(page.locator("details.thought")).not().hasAttribute("open", Pattern.compile(".*"));
        page.getByText("Thought").click();
        assertThat(page.locator("details.thought div")).isVisible();
    }
}
