package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import orrery.chat.ChatEvent;
import orrery.engine.EngineException;
import orrery.engine.FinishReason;
import orrery.engine.GeneratedToken;
import orrery.engine.PromptProgress;
import orrery.engine.Request;
import orrery.engine.Session;
import orrery.engine.TimeLimits;
import orrery.engine.TokenLogprobs;
import orrery.engine.Usage;
import orrery.server.http.ApiException;
import orrery.server.http.ClientGoneException;
import orrery.server.http.Exchange;

/** Generates the answers of one request: it reads sessions through the model's chat format and calls a writer. */
final class Generating {
    private static final System.Logger LOG = System.getLogger(Generating.class.getName());

    private final Exchange exchange;
    private final ServedModel model;
    private final String promptField;
    private final TimeLimits times;
    private final Observer observer;
    private final List<Session> sessions = new ArrayList<>();

    /** Parses the tokens of one answer. Each answer has its own reader. */
    interface Reader {
        List<ChatEvent> accept(GeneratedToken token);

        List<ChatEvent> finish();

        /** Whether the last token belongs to the reasoning. */
        boolean thinking();

        /** Plain text, without a chat format. */
        static Reader plain() {
            return new Reader() {
                @Override
                public List<ChatEvent> accept(GeneratedToken token) {
                    return token.text().isEmpty() ? List.of() : List.of(new ChatEvent.Text(token.text()));
                }

                @Override
                public List<ChatEvent> finish() {
                    return List.of();
                }

                @Override
                public boolean thinking() {
                    return false;
                }
            };
        }
    }

    /** Writes answers in an API's form. Only one thread calls it at a time. */
    interface Writer {
        /** The engine has accepted all requests; from here on, silence means that the model is computing. */
        void begun();

        /** Log probabilities of the prompt's tokens after the first, if they were requested. */
        default void prompt(int answer, List<TokenLogprobs> logprobs) {}

        /** Whether it is told how far prompts have been read. */
        default boolean wantsProgress() {
            return false;
        }

        /** More of an answer's prompt has been read. */
        default void progress(int answer, PromptProgress progress) {}

        /** A token of an answer, what became certain with it, often nothing, and what the model has taken by now. */
        void token(int answer, GeneratedToken token, List<ChatEvent> events, Supplier<Usage> now);

        /** The end of an answer, with the events of its last tokens. */
        void ended(int answer, End end, List<ChatEvent> events);

        /** All answers have ended. */
        void finished(List<End> ends);

        /** Generation failed after the answer began: a stream reports it; a whole answer becomes an error. */
        void failed(ApiException error);
    }

    /**
     * How an answer ended.
     *
     * @param stopText the stop string that ended it
     * @param calls whether it has a complete tool call
     * @param reasoningTokens tokens of its reasoning
     */
    record End(FinishReason reason, Optional<String> stopText, boolean calls, Usage usage, int reasoningTokens) {
        /** Whether a limit, of tokens or of time, cut it off. */
        boolean cut() {
            return reason == FinishReason.LENGTH || reason == FinishReason.TIME;
        }
    }

    /** Called for every answer that ended. */
    @FunctionalInterface
    interface Observer {
        void ended(ServedModel model, End end);
    }

    /**
     * @param promptField the field of the body that a prompt comes from
     * @param times how long a request may wait until its first answer begins, and take in all
     */
    Generating(Exchange exchange, ServedModel model, String promptField, TimeLimits times, Observer observer) {
        this.exchange = exchange;
        this.model = model;
        this.promptField = promptField;
        this.times = times;
        this.observer = observer;
    }

    /**
     * Generates, and returns when all answers have ended.
     *
     * @param requests one per answer
     * @param readers one per answer
     * @param onlyOneCall whether an answer ends after its first call
     * @throws ApiException if the model's engine fails, or does not take a request, or there are too many already; 503
     *     if no answer has begun in time
     */
    void run(List<Request> requests, List<Reader> readers, boolean onlyOneCall, Writer writer) {
        for (var request : requests) {
            PromptLog.asked(exchange, model, request.prompt());
        }
        try (var _ = model.gate().enter(readers.size())) {
            try {
                for (var request : requests) {
                    // With its first answer, a request has begun.
                    var limits = sessions.isEmpty() ? times : times.withWaiting(Optional.empty());
                    sessions.add(submitted(
                            model,
                            promptField,
                            request.prompt(),
                            () -> model.engine().submit(request.withLimits(limits))));
                }
                exchange.onGone(() -> sessions.forEach(Session::close));
                if (times.waiting().isPresent() && !sessions.getFirst().awaitStart()) {
                    // As long as a stream has no head, what goes wrong is an HTTP status.
                    requireBegun(sessions.getFirst());
                }
                writer.begun();
                answer(readers, onlyOneCall, writer);
            } finally {
                // Close sessions before the place is released: nothing else may take it while they still run.
                sessions.forEach(Session::close);
            }
        }
    }

    private void answer(List<Reader> readers, boolean onlyOneCall, Writer writer) {
        try {
            writer.finished(
                    sessions.size() == 1
                            ? List.of(read(0, readers.getFirst(), onlyOneCall, writer))
                            : readAll(readers, onlyOneCall, writer));
        } catch (ClientGoneException e) {
            throw e;
        } catch (ApiException e) {
            e.code().ifPresent(code -> exchange.note("error", code));
            writer.failed(e);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, exchange.id() + " " + exchange.path() + ": our own defect", e);
            writer.failed(ApiException.of(500, "internal_error", "the server failed; its log has the reason"));
        }
    }

    /** The same request several times. A fixed seed is counted up, or all answers would be equal. */
    static List<Request> times(Request request, int answers) {
        var seed = request.sampling().seed();
        return IntStream.range(0, answers)
                .mapToObj(answer -> seed.isEmpty()
                        ? request
                        : request.withSampling(request.sampling().withSeed(seed.getAsLong() + answer)))
                .toList();
    }

    /**
     * Submits a prompt to the engine.
     *
     * @param promptField the body's field that holds the prompt
     * @throws ApiException if the prompt is too long or the engine rejects it
     */
    static <T> T submitted(ServedModel model, String promptField, int[] prompt, Supplier<T> submit) {
        var engine = model.engine();
        if (prompt.length >= engine.context()) {
            throw ApiException.invalid(
                    promptField,
                    "context_length_exceeded",
                    "the prompt has " + prompt.length + " tokens, " + (prompt.length - engine.context() + 1)
                            + " more than the context of " + engine.context()
                            + " tokens holds beside at least one of an answer");
        }
        try {
            return submit.get();
        } catch (EngineException e) {
            if (model.closed()) {
                throw failure(model, e);
            }
            throw ApiException.invalid(promptField, String.valueOf(e.getMessage()));
        }
    }

    /** Each answer is read by a thread of its own; the writer is called by one of them at a time. */
    private List<End> readAll(List<Reader> readers, boolean onlyOneCall, Writer writer) {
        var turns = new OneAtATime(writer);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<End>>();
            for (int i = 0; i < sessions.size(); i++) {
                int answer = i;
                running.add(threads.submit(() -> read(answer, readers.get(answer), onlyOneCall, turns)));
            }
            var ends = new ArrayList<End>();
            for (var one : running) {
                ends.add(one.get());
            }
            return ends;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.of(503, "stopping", "the server is stopping");
        } finally {
            // The response needs all answers: if one fails, stop the others.
            sessions.forEach(Session::close);
        }
    }

    private End read(int answer, Reader reader, boolean onlyOneCall, Writer writer) {
        var session = sessions.get(answer);
        Supplier<Usage> now = session::usage;
        int taken = 0;
        int reasoning = 0;
        boolean called = false;
        boolean enough = false;
        boolean first = true;
        var said = PromptLog.answer(exchange);
        try {
            while (writer.wantsProgress()) {
                var progress = session.nextProgress();
                if (progress.isEmpty()) {
                    break;
                }
                writer.progress(answer, progress.get());
            }
            while (!enough) {
                var next = session.nextToken();
                if (next.isEmpty()) {
                    break;
                }
                if (first) {
                    writer.prompt(answer, session.promptLogprobs());
                    first = false;
                }
                taken++;
                said.add(next.get().text());
                var events = reader.accept(next.get());
                reasoning += reader.thinking() ? 1 : 0;
                called |= callsIn(events);
                enough = called && onlyOneCall;
                writer.token(answer, next.get(), events, now);
            }
        } catch (EngineException e) {
            throw failure(model, e);
        } finally {
            said.close();
        }
        var rest = reader.finish();
        called |= callsIn(rest);
        if (enough) {
            session.close();
        }
        var reason = enough ? FinishReason.STOP : session.finishReason();
        requireBegun(session);
        // The model may be ahead of its reader; tokens that were not delivered are not part of the answer.
        var usage = enough ? session.usage().withGeneratedTokens(taken) : session.usage();
        var end = new End(reason, session.stopText(), called, usage, reasoning);
        observer.ended(model, end);
        writer.ended(answer, end, rest);
        return end;
    }

    /** An answer whose time is up before its first token is none, unless there are others beside it that have some. */
    private void requireBegun(Session session) {
        if (session.finishReason() != FinishReason.TIME
                || sessions.stream().anyMatch(one -> one.usage().generatedTokens() > 0)) {
            return;
        }
        var usage = session.usage();
        throw ApiException.late(
                model.gate().secondsUntilIdle(),
                String.format(
                        Locale.ROOT,
                        "no answer began within %.1f s, of which the request waited %.1f s for its turn; try again later",
                        (usage.waitingNanos() + usage.prefillNanos()) / 1e9,
                        usage.waitingNanos() / 1e9));
    }

    private static ApiException failure(ServedModel model, EngineException e) {
        return model.closed()
                ? ApiException.of(503, "stopping", "the server is stopping")
                : ApiException.of(500, "generation_failed", String.valueOf(e.getMessage()));
    }

    private static boolean callsIn(List<ChatEvent> events) {
        return events.stream()
                .anyMatch(event -> event instanceof ChatEvent.CallEnded(int _, boolean complete) && complete);
    }
}
