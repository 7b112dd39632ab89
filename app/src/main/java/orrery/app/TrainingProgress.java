package orrery.app;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.lab.train.StepReport;
import orrery.lab.train.TrainingListener;
import orrery.lab.train.TrainingPlan;
import orrery.lab.train.ValidationReport;

/** Prints what a run does, a line for every so many steps. */
final class TrainingProgress implements TrainingListener {
    private final Front front;
    private final TrainingPlan plan;
    private final int every;
    private final boolean quiet;
    private final boolean json;
    private long since = System.nanoTime();
    private long tokens;

    /**
     * @param every steps from one line to the next
     * @param json whether lines are objects for programs
     */
    TrainingProgress(Front front, TrainingPlan plan, int every, boolean quiet, boolean json) {
        this.front = front;
        this.plan = plan;
        this.every = every;
        this.quiet = quiet;
        this.json = json;
    }

    @Override
    public void stepped(StepReport report) {
        tokens += report.tokens();
        if (report.step() % every != 0 && report.step() != plan.steps()) {
            return;
        }
        double seconds = (System.nanoTime() - since) / 1e9;
        double speed = tokens / seconds;
        if (json) {
            var data = new LinkedHashMap<>(report.data());
            data.put("tokens_per_second", speed);
            print(data);
        } else {
            String load = report.expertLoads().isEmpty()
                    ? ""
                    : String.format(Locale.ROOT, "  largest load %.2f", report.largestLoad());
            print(String.format(
                    Locale.ROOT,
                    "%s  loss %.4f  gradient %.3g  largest logit %.3g%s  rate %.3g  %,.0f tokens/s",
                    place(report.step()),
                    report.loss(),
                    report.gradientNorm(),
                    report.largestLogit(),
                    load,
                    report.learningRate(),
                    speed));
        }
        restart();
    }

    @Override
    public void validated(ValidationReport report) {
        if (json) {
            print(report.data());
        } else {
            String ranges = report.byPosition().stream()
                    .map(range -> String.format(
                            Locale.ROOT,
                            range.first() == range.last() ? "%d: %3$.3f" : "%d-%d: %.3f",
                            range.first(),
                            range.last(),
                            range.loss()))
                    .collect(Collectors.joining(", "));
            print(String.format(
                    Locale.ROOT,
                    "%s  validation loss %.4f; by the tokens that a prediction sees: %s",
                    place(report.step()),
                    report.loss(),
                    ranges));
        }
    }

    /** The time of a validation and a checkpoint does not count as that of steps. */
    @Override
    public void saved(int step) {
        restart();
    }

    private void restart() {
        since = System.nanoTime();
        tokens = 0;
    }

    private String place(int step) {
        int digits = Integer.toString(plan.steps()).length();
        return String.format(Locale.ROOT, "step %" + digits + "d/%d", step, plan.steps());
    }

    private void print(Map<String, Object> data) {
        print(Json.report("train", data));
    }

    private void print(String line) {
        if (!quiet || json) {
            front.out().println(line);
            front.out().flush();
        }
    }
}
