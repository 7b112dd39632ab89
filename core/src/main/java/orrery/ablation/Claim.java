package orrery.ablation;

/** Whether runs bear out that one thing has a lower loss than another. */
final class Claim {
    private Claim() {}

    /**
     * The end of a sentence that begins with the claim.
     *
     * @param worse what is claimed to be the worse one
     */
    static String verdict(Spread better, Spread other, String worse) {
        return switch (better.to(other)) {
            case BELOW -> "appears at this scale.";
            case ABOVE -> "does not appear: here “" + worse + "” is better.";
            case MIXED -> "does not appear: the difference is within the seeds’ spread.";
            case UNKNOWN -> "is open: one seed does not tell a difference from chance.";
        };
    }
}
