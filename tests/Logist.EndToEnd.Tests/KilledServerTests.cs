using System.Net;
using System.Text.Json;
using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>The end of `logist serve`, wanted or not: steps run on, the next server goes on with exactly what was promised.</summary>
public sealed class KilledServerTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Gate _gate;
    private readonly List<ServerProcess> _servers = [];

    public KilledServerTests() => _gate = _place.Gate();

    /// <summary>Its middle step stands still until the gate opens.</summary>
    private string Workflow => $$"""
        steps:
          one: { workspace: none, run: "{{_place.Launch}}" }
          two: { workspace: none, needs: [one], run: "{{_place.Launch}}; {{_gate.Wait}}" }
          three: { workspace: none, needs: [two], run: "{{_place.Launch}}" }
        """;

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _gate.Dispose();
        _place.Dispose();
    }

    [Fact]
    public async Task Of_three_jobs_that_a_killed_server_drove_every_step_is_launched_once_and_all_succeed()
    {
        var jobs = await CreateAsync("a", "b", "c");
        var server = await ServeAsync();
        foreach (var job in jobs)
        {
            await server.RunAsync(job);
        }

        var steps = await StandAsync(jobs);

        await server.Process.KillAsync();

        steps.ShouldNotBeEmpty();
        Place.StepProcesses(jobs).ShouldBe(steps, ignoreOrder: true);
        var next = await ServeAsync();
        await Soon.Async(() => jobs.All(job => _place.EventsOf(job).Contains("task.adopted two")), "every step is adopted");
        _gate.Open();
        await SucceedAsync(next, jobs);
        LaunchedOnce(jobs);
    }

    [Fact]
    public async Task A_job_that_only_waited_for_a_slot_when_the_server_was_killed_is_driven_by_the_next_one()
    {
        var jobs = await CreateAsync("a", "b", "c");
        var server = await ServeAsync("--max-jobs", "1");
        foreach (var job in jobs)
        {
            await server.RunAsync(job);
        }

        await server.UntilDrivenAsync(1, 2);
        await _place.LaunchedAsync(2);
        await server.Process.KillAsync();
        _gate.Open();

        var next = await ServeAsync("--max-jobs", "1");

        await SucceedAsync(next, jobs);
        LaunchedOnce(jobs);
    }

    [Fact]
    public async Task A_server_killed_again_and_again_loses_nothing()
    {
        var jobs = await CreateAsync("a", "b");
        var server = await ServeAsync();
        foreach (var job in jobs)
        {
            await server.RunAsync(job);
        }

        for (var kill = 0; kill < 3; kill++)
        {
            await server.Process.KillAsync();
            server = await ServeAsync();
        }

        await _place.LaunchedAsync(4);
        _gate.Open();
        await SucceedAsync(server, jobs);
        LaunchedOnce(jobs);
    }

    [Theory]
    [InlineData(LiveProcesses.SIGTERM)]
    [InlineData(LiveProcesses.SIGINT)]
    public async Task A_signal_ends_the_server_and_not_its_steps(int signal)
    {
        var jobs = await CreateAsync("a", "b");
        var server = await ServeAsync();
        foreach (var job in jobs)
        {
            await server.RunAsync(job);
        }

        var steps = await StandAsync(jobs);

        server.Process.Signal(signal);

        (await server.Process.EndAsync(TimeSpan.FromSeconds(20))).ShouldExit(0).Err.ShouldBeEmpty();
        File.Exists(ServerProcess.FileIn(_place)).ShouldBeFalse();
        steps.ShouldNotBeEmpty();
        Place.StepProcesses(jobs).ShouldBe(steps, ignoreOrder: true);
        var next = await ServeAsync();
        _gate.Open();
        await SucceedAsync(next, jobs);
        LaunchedOnce(jobs);
    }

    [Fact]
    public async Task A_job_has_one_driver_whether_it_is_the_server_or_the_command_line()
    {
        var jobs = await CreateAsync("a", "b");
        var server = await ServeAsync();
        await server.RunAsync(jobs[0]);
        await _place.LaunchedAsync(2);
        (await _place.RunAsync("job", "run", jobs[0])).ShouldExit(5).Err.ShouldContain($"pid {server.Process.Pid}");

        var run = _place.Start("job", "run", jobs[1]);
        await _place.LaunchedAsync(4);
        var refused = await server.PostAsync($"/jobs/{jobs[1]}/run", "{}", HttpStatusCode.Conflict);

        refused.GetProperty("code").GetString().ShouldBe(Core.ErrorKind.Busy.Code);
        refused.GetProperty("detail").GetString()!.ShouldContain($"pid {run.Pid}");
        _gate.Open();
        (await run.EndAsync()).ShouldExit(0);
        await SucceedAsync(server, jobs);
        LaunchedOnce(jobs);
    }

    [Fact]
    public async Task A_second_server_of_the_same_jobs_is_refused_and_names_the_first()
    {
        var server = await ServeAsync();

        (await _place.RunAsync("serve", "--port", "0")).ShouldExit(5).Err.ShouldContain(server.Url);

        (await server.GetAsync("/health")).GetProperty("status").GetString().ShouldBe("ok");
        await server.Process.KillAsync();
        (await (await ServeAsync()).GetAsync("/health")).GetProperty("status").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task A_request_repeated_after_a_kill_is_given_its_first_answer_and_makes_no_second_job()
    {
        const string Key = "once";
        var body = $$"""{ 'workflow': { 'version': 1, 'name': '{{_place.Job}}-new', 'steps': { 'one': { 'run': 'true' } } } }""";
        var server = await ServeAsync();
        var first = await server.PostAsync("/jobs", body, HttpStatusCode.Created, Key);
        await server.Process.KillAsync();

        server = await ServeAsync();
        var again = await server.PostAsync("/jobs", body, HttpStatusCode.Created, Key);

        again.GetRawText().ShouldBe(first.GetRawText());
        (await server.GetAsync("/health")).GetProperty("jobs").GetProperty("total").GetInt32().ShouldBe(1);
        await server.PostAsync("/jobs", body.Replace("one", "two", StringComparison.Ordinal), HttpStatusCode.UnprocessableEntity, Key);
        (await server.PostAsync("/jobs", body, HttpStatusCode.Created, "another")).GetProperty("job_id").GetString()
            .ShouldNotBe(first.GetProperty("job_id").GetString());
    }

    private async Task<string[]> CreateAsync(params string[] names)
    {
        var jobs = names.Select(name => $"{_place.Job}-{name}").ToArray();
        foreach (var job in jobs)
        {
            await _place.CreateJobAsync(job, Workflow);
        }

        return jobs;
    }

    private async Task<ServerProcess> ServeAsync(params string[] options)
    {
        var server = await ServerProcess.StartAsync(_place, options);
        _servers.Add(server);
        return server;
    }

    /// <summary>Until the second step of every job waits at the gate, and starts no further process.</summary>
    private async Task<List<int>> StandAsync(string[] jobs)
    {
        await _place.LaunchedAsync(2 * jobs.Length);
        await Soon.Async(() => LiveProcesses.With($"flock\0-s\0{_place.PathOf("gate")}").Count == jobs.Length, "steps wait at the gate");
        return Place.StepProcesses(jobs);
    }

    private async Task SucceedAsync(ServerProcess server, string[] jobs)
    {
        await Soon.Async(() => jobs.All(job => JsonDocument.Parse(File.ReadAllBytes(_place.LayoutOf(job).Manifest)).RootElement
            .GetProperty("status").GetString() == "SUCCESS"), "all jobs succeed");
        await server.UntilDrivenAsync(0, 0);
    }

    private void LaunchedOnce(string[] jobs) => _place.Launched().ShouldBe(
        [.. jobs.SelectMany(job => new[] { $"{job}.1.one.1", $"{job}.1.two.1", $"{job}.1.three.1" })], ignoreOrder: true);
}
