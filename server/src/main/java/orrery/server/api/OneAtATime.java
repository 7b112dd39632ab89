package orrery.server.api;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import orrery.chat.ChatEvent;
import orrery.engine.GeneratedToken;
import orrery.engine.PromptProgress;
import orrery.engine.TokenLogprobs;
import orrery.engine.Usage;
import orrery.server.http.ApiException;

/** Serializes the calls of several threads to a writer. */
final class OneAtATime implements Generating.Writer {
    private final Generating.Writer writer;
    private final ReentrantLock lock = new ReentrantLock();

    OneAtATime(Generating.Writer writer) {
        this.writer = writer;
    }

    @Override
    public void begun() {
        inTurn(writer::begun);
    }

    @Override
    public void prompt(int answer, List<TokenLogprobs> logprobs) {
        inTurn(() -> writer.prompt(answer, logprobs));
    }

    @Override
    public boolean wantsProgress() {
        return writer.wantsProgress();
    }

    @Override
    public void progress(int answer, PromptProgress progress) {
        inTurn(() -> writer.progress(answer, progress));
    }

    @Override
    public void token(int answer, GeneratedToken token, List<ChatEvent> events, Supplier<Usage> now) {
        inTurn(() -> writer.token(answer, token, events, now));
    }

    @Override
    public void ended(int answer, Generating.End end, List<ChatEvent> events) {
        inTurn(() -> writer.ended(answer, end, events));
    }

    @Override
    public void finished(List<Generating.End> ends) {
        inTurn(() -> writer.finished(ends));
    }

    @Override
    public void failed(ApiException error) {
        inTurn(() -> writer.failed(error));
    }

    private void inTurn(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
