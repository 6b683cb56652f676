"""Plot of a month's cost by volume."""

from pathlib import Path

from matplotlib.figure import Figure  # type: ignore[import-not-found, unused-ignore]

from benchmarks.cost.cost_results import Results
from benchmarks.cost.rivals import bill_comprehend, bill_server, bill_windvane, list_servers
from benchmarks.cost.workload import BATCH_OF_TWEETS, ONE_TWEET
from benchmarks.peer_plot import INK, OURS

LEAST_POWER = 4
POWERS = 4
POINTS_A_POWER = 20
RIVALS = {
    "t4g.nano": ("#b6bec9", "--"),
    "t4g.small": ("#8792a2", "-"),
    "two t4g.small, load balancer": ("#8792a2", ":"),
    "Comprehend": ("#c2410c", "-"),
}


def write_plot(path: Path, results: Results) -> None:
    """Draw a month of tweets from ten thousand to a hundred million into a PNG."""
    volumes = [10 ** (LEAST_POWER + i / POINTS_A_POWER) for i in range(POWERS * POINTS_A_POWER + 1)]
    figure = Figure(figsize=(9, 5.4), layout="constrained", facecolor="white")
    axes = figure.subplots()
    one, batch = results.find(ONE_TWEET), results.find(BATCH_OF_TWEETS)
    for figures, style in ((one, "-"), (batch, "--")):
        title = f"Windvane, {figures.texts} a request"
        usd = [bill_windvane(results, figures, texts) for texts in volumes]
        axes.plot(volumes, usd, style, color=OURS, linewidth=2.4, label=title)
    for server in list_servers(results):
        colour, style = RIVALS[server.title]
        usd = [bill_server(results, server, one, texts) for texts in volumes]
        axes.plot(volumes, usd, style, color=colour, label=server.title)
    colour, style = RIVALS["Comprehend"]
    usd = [bill_comprehend(results.prices, one.text_chars, texts) for texts in volumes]
    axes.plot(volumes, usd, style, color=colour, label="Comprehend")
    axes.set(xscale="log", yscale="log", xlabel="tweets a month", ylabel="US dollars a month")
    axes.set_title("A month of tweets", loc="left", color=INK, fontsize=12)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(visible=True, color="#e5e9ee")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)
