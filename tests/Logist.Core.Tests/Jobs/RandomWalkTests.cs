using Logist.Core.Jobs;

namespace Logist.Core.Tests.Jobs;

/// <summary>LOGIST_WALKS sets how many walks, LOGIST_WALK_SEED the first seed.</summary>
public sealed class RandomWalkTests
{
    private static readonly int Walks = int.Parse(Environment.GetEnvironmentVariable("LOGIST_WALKS") ?? "1000");
    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("LOGIST_WALK_SEED") ?? "1");

    [Fact]
    public void Whatever_happens_the_rules_hold_and_only_allowed_pairs_occur()
    {
        var seen = new HashSet<(JobStatus From, JobStatus To)>();
        for (var seed = FirstSeed; seed < FirstSeed + Walks; seed++)
        {
            seen.UnionWith(Walked(seed, onlySuccess: false).Pairs);
        }

        var never = from status in JobStatuses.All from to in JobStatuses.Allowed(status)
                    where !seen.Contains((status, to)) select $"{status} → {to}";
        TestContext.Current.SendDiagnosticMessage("allowed, never seen: " + string.Join(", ", never));
    }

    [Fact]
    public void A_job_whose_every_step_succeeds_ends_in_success()
    {
        for (var seed = FirstSeed; seed < FirstSeed + (Walks / 4); seed++)
        {
            var walk = Walked(seed, onlySuccess: true);
            (walk.State.Status == JobStatus.Success || walk.State.Reason == "budget").ShouldBeTrue($"seed {seed}\n{walk.Story}");
        }
    }

    [Fact]
    public void A_plan_is_what_then_runs_and_making_it_changes_nothing()
    {
        var kinds = new Dictionary<string, int>();
        for (var seed = FirstSeed; seed < FirstSeed + Walks; seed++)
        {
            Walked(seed, onlySuccess: false, walk =>
            {
                if (walk.PlanIsWhatRuns() is { } kind)
                {
                    kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                }
            });
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", kinds.Select(k => $"{k.Value} × {k.Key}")));
        kinds.Keys.Order().ShouldBe(["partial_rerun", "rerun", "restep", "run", "stale"]);
    }

    private static Walk Walked(int seed, bool onlySuccess, Action<Walk>? how = null)
    {
        var walk = new Walk(seed, onlySuccess);
        try
        {
            (how ?? (w => w.Go()))(walk);
            StateDump.Of(Job.Fold(walk.Journal)).ShouldBe(StateDump.Of(walk.State));
            return walk;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}\n{walk.Story}", e);
        }
    }
}
