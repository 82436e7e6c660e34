using System.Text.Json;
using Logist.EndToEnd.Tests.Support;
using Logist.FakeModel;

namespace Logist.RealAgents.Tests.Support;

/// <summary>
/// A place with a home of its own, a repository and a fake model. Only what is named here reaches the agents, and requests to anywhere
/// but this machine end at a proxy that is not there.
/// </summary>
internal sealed class AgentPlace : IAsyncDisposable
{
    /// <summary>Agents start slowly where several do, on few cores.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Place _place = new();
    private readonly string _home;
    private readonly string[] _before;

    private AgentPlace(FakeModelServer model)
    {
        RealAgent.ShouldBeInstalled();
        Model = model;
        _home = Directory.CreateDirectory(_place.PathOf("user")).FullName;
        _before =
        [
            "/usr/bin/env", "-i", "--default-signal=INT,TERM,QUIT,HUP", $"HOME={_home}", $"LOGIST_HOME={_place.Home}",
            $"PATH={RealAgent.Path}",
            "LANG=C.UTF-8", "TZ=UTC", "USER=ann", "HTTP_PROXY=http://127.0.0.1:9", "HTTPS_PROXY=http://127.0.0.1:9",
            "NO_PROXY=127.0.0.1,localhost", "DOTNET_EnableDiagnostics=0", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
            "GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com",
            .. Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet ? (string[])[$"DOTNET_ROOT={dotnet}"] : [],
        ];
        _place.Repository();
    }

    public FakeModelServer Model { get; }

    public string Job => _place.Job;

    /// <summary>What the worker asked its model, without questions beside the work.</summary>
    public List<FakeRequest> WorkersAsked => [.. Model.Requests.Where(request => request is { Role: "worker", Side: false })];

    /// <summary>How many of these were not in a session that had an answer already: two for the work of a step, its tool and its answer.
    /// Later ones may be more than ours: some agents ask on their own what a user could say next.</summary>
    public int AskedAnew => WorkersAsked.Count(request => request.Resent == 0);

    public static async Task<AgentPlace> MakeAsync() => new(await FakeModelServer.StartAsync(0, TestContext.Current.CancellationToken));

    /// <summary>Declares the agents as <c>worker</c> and <c>reviewer</c>, each with its part of the play, and creates the job.</summary>
    public Task CreateAsync(RealAgent worker, string scenario, string steps, string review = "ok", string top = "")
    {
        RealAgent.LogIn(_home, Model.At(scenario));
        return _place.CreateAsync($"""
            agents:
              worker: {worker.Declare(Model.At(scenario)).ReplaceLineEndings(" ")}
              reviewer: {worker.Other.Declare(Model.At(review)).ReplaceLineEndings(" ")}
            defaults: {"{"} agent: worker {"}"}
            {top}
            steps:
            {steps}
            """);
    }

    public CliProcess Start(params string[] arguments) => _place.StartWith(_before, null, arguments);

    public CliProcess StartRun(params string[] options) => Start(["job", "run", Job, .. options]);

    public async Task<CliResult> RunAsync(params string[] options) => await StartRun(options).EndAsync(Patience);

    /// <summary>Of the only run, by step: what inspect says of every attempt.</summary>
    public async Task<List<JsonElement>> AttemptsAsync(string step = "one")
    {
        var result = (await Start("job", "inspect", Job, "--json").EndAsync(Patience)).ShouldExit(0);
        var tasks = JsonDocument.Parse(result.Out).RootElement.GetProperty("runs")[0].GetProperty("tasks");
        return [.. tasks.EnumerateArray().Single(task => task.GetProperty("step").GetString() == step)
            .GetProperty("attempts").EnumerateArray()];
    }

    /// <summary>The only attempt's failure.</summary>
    public async Task<(string Category, string Message, string Hint)> FailureAsync()
    {
        var attempts = await AttemptsAsync();
        var failure = attempts.ShouldHaveSingleItem().GetProperty("failure");
        return (failure.Text("category"), failure.Text("message"), failure.Text("hint"));
    }

    public int Count(string happened) => _place.Count(happened);

    public List<string> Events() => _place.Events();

    public Task<TimeSpan> Soon(Func<bool> condition, string what) => EndToEnd.Tests.Support.Soon.Async(condition, what, Patience);

    /// <summary>A file as the job's branch has it.</summary>
    public string Committed(string file) => TempRepo.GitIn(_place.Layout.Repository, "show", $"logist/{Job}:{file}");

    /// <summary>Everything that an attempt of this job runs.</summary>
    public List<int> AgentProcesses() => _place.StepProcesses();

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.SendDiagnosticMessage("{0}", Told());
        }

        _place.Dispose();
        await Model.DisposeAsync();
    }

    /// <summary>What helps to understand a failed test: what was asked and what the agents printed.</summary>
    private string Told() => string.Join('\n', Model.Requests.Select(request =>
        $"{request.Api} {request.Scenario} {request.Role} {request.Messages}/{request.Resent} → {request.Reply}"));
}

internal static class Json
{
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static long Number(this JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
