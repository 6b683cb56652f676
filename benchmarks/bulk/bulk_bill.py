"""What a job costs: Lambda, Step Functions and S3, by the prices of ``benchmarks.cost``."""

from benchmarks.bulk.simulation import TRANSITIONS_A_JOB, TRANSITIONS_A_PART, SimulatedJob
from benchmarks.cost.bill import Bill
from benchmarks.cost.inputs import Assumptions
from benchmarks.cost.prices import Prices
from windvane.facts import MEMORY_MB_PER_VCPU

MB_PER_GB = 1024


def price_second(prices: Prices) -> float:
    """Price a second of a function of one vCPU on arm64."""
    return MEMORY_MB_PER_VCPU / MB_PER_GB * prices.lambda_gb_second_arm64.each


def bill_job(job: SimulatedJob, prices: Prices, concurrency: int) -> Bill:
    """Bill a job; each environment of its functions starts once."""
    second = price_second(prices)
    starts = min(concurrency, job.parts)
    work_ms = job.run.find_work(job.kind.title).work_ms
    gets = job.bucket.gets + job.parts * (job.part.gets + 2)
    puts = job.bucket.puts + job.parts * job.part.puts
    transitions = TRANSITIONS_A_JOB + job.parts * TRANSITIONS_A_PART
    return {
        "Lambda, work": job.rows * work_ms / 1e3 * second,
        "Lambda, plan and finish": (job.plan_seconds + job.finish_seconds) * second,
        "Lambda, requests": (job.parts + 2) * prices.lambda_request.each,
        "Lambda, waiting for S3": job.parts * job.part_waiting_seconds * second,
        "Lambda, cold starts": starts * job.start_seconds * second,
        "S3, GET": (gets + starts * Assumptions().bundle_gets) * prices.bucket_get.each,
        "S3, PUT and LIST": puts * prices.bucket_put.each,
        "Step Functions": transitions * prices.state_transition.each,
    }
