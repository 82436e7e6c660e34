using System.Diagnostics;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Files;
using Logist.Stores;
using Logist.Views;

namespace Logist.Tests.Engine;

/// <summary>R4 and R7.4: the manifest of a real job. Damage byte by byte is in ManifestFileTests, every pair of statuses in the core's
/// tests.</summary>
public sealed class ManifestOfJobTests
{
    /// <summary>A failing job with all kinds of steps, so that every member of the shape has a value somewhere.</summary>
    private const string Failing = """
        description: Plan, build, test
        params: { issue: { default: "42" } }
        agents:
          coder: { script: "spend cost=1.5 in=100 out=10\nwrite plan.md {round}" }
        steps:
          plan: { title: Plan it, prompt: p, agent: coder }
          test: { needs: [plan], run: exit 1 }
        """;

    /// <summary>The document of shapes.md: names and kinds of values; a question mark where null is allowed or the member may be
    /// missing.</summary>
    private const string Shape = """
        schema:s job_id:s description:s? status:s reason:s? current_phase:s? active_phases:[s] active_agent:s? active_role:s? phase_counts:{n}
        run_id:s? held_by:s? phase_strip:s?
        phases:[number:n name:s title:s needs:[s] agent:s? status:s attempts:n stale:b commit:s? started_at:t? finished_at:t? failure:(category:s message:s hint:s)?]
        run:(id:s number:n trigger:s from_step:s? params:{s} status:s started_at:t? finished_at:t?)
        runs:[id:s number:n trigger:s status:s steps:{n}]
        metrics:(cumulative_cost_usd:n? cumulative_time_seconds:n tokens_in:n tokens_out:n attempts:n)
        git:(source:s? base:s? baseline:s? branch:s head:s? heads:[s] workspace:s)
        history:[seq:n at:t type:s actor:s run:s? step:s? attempt:n? text:s]
        journal:(seq:n offset:n epoch:n) created_at:t updated_at:t hash:s
        """;

    [Fact]
    public async Task The_manifest_has_every_member_that_was_promised_with_its_kind_of_value()
    {
        await using var job = await JobInTest.CreateAsync(Failing);
        ManifestShape.Check(job.Manifest(), Shape);
        job.Happened = (_, _) => ManifestShape.Check(job.Manifest(), Shape);
        await job.RunAsync();
        ManifestShape.Check(job.Manifest(), Shape);
    }

    [Fact]
    public async Task The_values_are_the_jobs()
    {
        await using var job = await JobInTest.CreateAsync(Failing);
        await job.RunAsync();
        var manifest = job.Manifest();
        string Text(string name) => manifest.GetProperty(name).ToString();

        (Text("schema"), Text("job_id"), Text("description"), Text("status"), Text("reason"), Text("current_phase"))
            .ShouldBe(("logist.manifest/v1", job.Id.Value, "Plan, build, test", "INTERVENTION_REQUIRED", "step_failed", "test"));
        Text("phase_counts").ShouldBe("""{"FAILED":1,"SUCCESS":1}""");
        var plan = job.Phase("plan");
        (plan.GetProperty("number").GetInt32(), plan.GetProperty("title").GetString(), plan.GetProperty("agent").GetString(),
            plan.GetProperty("attempts").GetInt32())
            .ShouldBe((1, "Plan it", "coder", 1));
        plan.GetProperty("commit").GetString().ShouldBe(job.Commit("plan"));
        plan.GetProperty("finished_at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(
            plan.GetProperty("started_at").GetDateTimeOffset());
        var run = manifest.GetProperty("run");
        (run.GetProperty("id").GetString(), run.GetProperty("trigger").GetString(), run.GetProperty("params").GetRawText(),
            run.GetProperty("status").GetString())
            .ShouldBe(($"{job.Id}.1", "run", """{"issue":"42"}""", "failed"));
        manifest.GetProperty("runs")[0].GetProperty("steps").GetRawText().ShouldBe("""{"success":1,"failed":1}""");
        var git = manifest.GetProperty("git");
        (git.GetProperty("source").GetString(), git.GetProperty("base").GetString(), git.GetProperty("baseline").GetString(),
            git.GetProperty("workspace").GetString())
            .ShouldBe((job.Source.Directory, "main", job.Source.Git("rev-parse", "HEAD"), job.Layout.Workspace));
    }

    [Fact]
    public async Task The_history_has_every_event_once_with_its_time_in_order()
    {
        await using var job = await JobInTest.CreateAsync(Failing);
        await job.RunAsync();
        var history = job.Manifest().GetProperty("history").EnumerateArray().ToArray();
        var journal = job.Journal();
        history.Select(h => h.GetProperty("seq").GetInt64()).ShouldBe(journal.Select(e => e.Seq));
        history.Select(h => h.GetProperty("type").GetString()).ShouldBe(journal.Select(e => EventJson.NameOf(e.Event)));
        history.Select(h => h.GetProperty("at").GetDateTimeOffset()).ShouldBe(journal.Select(e => e.Event.By.At));
        history.Select(h => h.GetProperty("at").GetDateTimeOffset()).ShouldBeInOrder();
        var failed = history.Single(h => h.GetProperty("type").GetString() == "task.failed");
        (failed.GetProperty("run").GetString(), failed.GetProperty("step").GetString(), failed.GetProperty("attempt").GetInt32(),
            failed.GetProperty("actor").GetString())
            .ShouldBe(($"{job.Id}.1", "test", 1, "logist"));
        failed.GetProperty("text").GetString()!.ShouldContain("exit code 1");
    }

    [Fact]
    public async Task Phase_agent_and_role_are_told_for_every_status()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents:
              coder: { script: "write plan.md {attempt}" }
              boss: { script: "answer COMPLETED ok" }
            steps:
              plan: { prompt: p, agent: coder, review: { agent: boss } }
              build: { needs: [plan], run: "touch MARKS/started; until test -e MARKS/go; do sleep 0.02; done; test -e MARKS/fixed" }
              ship: { needs: [build], approval: Ship? }
            """);
        var seen = new List<string> { Line() };
        job.Happened = (_, _) =>
        {
            if (seen[^1] != Line())
            {
                seen.Add(Line());
            }
        };
        var run = job.RunAsync();
        await job.AwaitMarkAsync("started");
        await job.SuspendAsync();
        await JobInTest.UntilAsync(() => job.Told.Contains("SUSPENDED"), "not noticed");
        await job.ResumeAsync();
        await JobInTest.UntilAsync(() => job.Told[^1] == "RUNNING", "not noticed");
        job.Put("go");
        await run;
        job.Put("fixed");
        await job.ResubmitAsync();
        await job.RunAsync();
        await job.ApproveAsync("ship");

        seen.ShouldBe([
            "PENDING plan  ", "RUNNING plan coder worker", "REVIEW_REQUIRED plan  ", "REVIEWING plan boss supervisor", "RUNNING build  ",
            "SUSPENDED build  ", "RUNNING build  ", "INTERVENTION_REQUIRED build  ", "PENDING build  ", "RUNNING build  ",
            "APPROVAL_REQUIRED ship  "]);

        string Line()
        {
            var manifest = job.Manifest();
            return string.Join(' ', ((string[])["status", "current_phase", "active_agent", "active_role"]).Select(n =>
                manifest.GetProperty(n).GetString()));
        }
    }

    [Fact]
    public async Task Saving_without_a_change_leaves_inode_time_and_bytes_alone()
    {
        await using var job = await JobInTest.CreateAsync(Failing);
        await job.RunAsync();
        var before = (Libc.Status(job.Layout.Manifest), File.GetLastWriteTimeUtc(job.Layout.Manifest),
            File.ReadAllText(job.Layout.Manifest));
        var store = job.Store();
        var loaded = await LoadedJob.LoadAsync(store, job.Id, TestContext.Current.CancellationToken);
        var document = ManifestDocument.Render(loaded.State, loaded.Recent, store.PositionAt(job.Id, loaded.State.Seq).Offset, job.Layout);

        (await store.SaveManifestAsync(job.Id, document, TestContext.Current.CancellationToken)).ShouldBeFalse();
        await Should.ThrowAsync<JobStateException>(() => job.RunAsync());

        (Libc.Status(job.Layout.Manifest), File.GetLastWriteTimeUtc(job.Layout.Manifest), File.ReadAllText(job.Layout.Manifest))
            .ShouldBe(before);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("current_phase")]
    [InlineData("active_agent")]
    [InlineData("phases")]
    public async Task Without_a_needed_field_the_manifest_of_a_real_job_is_refused_by_name(string field)
    {
        await using var job = await JobInTest.CreateAsync(Failing);
        var members = job.Manifest().EnumerateObject().Where(m => m.Name != field && m.Name != "hash").Select(m =>
            $"\"{m.Name}\":{m.Value.GetRawText()}");
        File.Delete(job.Layout.Manifest);
        ManifestFile.Save(job.Layout, System.Text.Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"));

        var problem = Should.Throw<JobStateException>(() => ManifestFile.Load(job.Layout)).Problem;

        problem.Kind.ShouldBe(ErrorKind.Corrupt);
        (problem.What + problem.Why).ShouldContain(job.Layout.Manifest);
        (problem.What + problem.Why).ShouldContain(field);
        problem.Fix.ShouldContain($"logist job recover {job.Id}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"schema\":\"logist.manifest/v1\",")]
    [InlineData("not json")]
    public async Task A_missing_empty_torn_or_malformed_manifest_is_refused_and_not_repaired(string? content)
    {
        await using var job = await JobInTest.CreateAsync(Failing);
        File.Delete(job.Layout.Manifest);
        if (content is not null)
        {
            await File.WriteAllTextAsync(job.Layout.Manifest, content, TestContext.Current.CancellationToken);
        }

        var problem = Should.Throw<JobStateException>(() => ManifestFile.Load(job.Layout)).Problem;

        (problem.Kind, problem.Fix.Length > 0).ShouldBe((ErrorKind.Corrupt, true));
        problem.What.ShouldContain(job.Layout.Manifest);
        File.Exists(job.Layout.Manifest).ShouldBe(content is not null);
    }

    [Fact]
    public async Task Changes_of_steps_are_in_the_manifest_within_a_tenth_of_a_second()
    {
        // Long steps: nothing but the clock makes the manifest follow.
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 1
            steps:
              s1: { workspace: none, run: sleep 0.4 }
              s2: { needs: [s1], workspace: none, run: sleep 0.4 }
              s3: { needs: [s2], workspace: none, run: sleep 0.4 }
              s4: { needs: [s3], workspace: none, run: sleep 0.4 }
              s5: { needs: [s4], workspace: none, run: sleep 0.4 }
            """);
        var happened = new Dictionary<long, long>();
        job.Happened = (stored, _) =>
        {
            lock (happened)
            {
                happened[stored.Seq] = Stopwatch.GetTimestamp();
            }
        };
        var lags = new List<double>();
        var run = job.RunAsync();
        var last = 0L;
        while (!run.IsCompleted)
        {
            var seq = ManifestFile.Load(job.Layout).Journal.Seq;
            lock (happened)
            {
                lags.AddRange(happened.Where(h => h.Key > last && h.Key <= seq).Select(h =>
                    Stopwatch.GetElapsedTime(h.Value).TotalMilliseconds));
            }

            last = seq;
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await run;
        lags.Count.ShouldBeGreaterThan(8);
        // The machine may be busy with other tests (median 216 ms at load 20). Were the clock not obeyed, each would take 400 ms or more.
        lags.Order().ElementAt(lags.Count / 4).ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task The_manifest_is_never_ahead_of_the_journal()
    {
        await using var job = await JobInTest.CreateAsync("""
            max_parallel: 4
            steps:
              a: { workspace: none, run: "true" }
              b: { workspace: none, run: "true" }
              c: { run: "true" }
              d: { run: "true" }
              e: { needs: [a, b, c, d], workspace: none, run: "true" }
            """);
        var run = job.RunAsync();
        var looks = 0;
        while (!run.IsCompleted)
        {
            // Manifest first: the journal read later can only have more.
            var manifest = ManifestFile.Load(job.Layout);
            new FileInfo(job.Layout.Journal).Length.ShouldBeGreaterThanOrEqualTo(manifest.Journal.Offset);
            looks++;
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        (await run).Status.ShouldBe(JobStatus.Success);
        looks.ShouldBeGreaterThan(1);
    }
}
