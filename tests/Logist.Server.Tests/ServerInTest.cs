using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Git;
using Logist.Stores;
using Logist.Testing;
using Logist.Workflows;

namespace Logist.Server.Tests;

/// <summary>
/// A real server on a free loopback port, over a jobs directory of its own, with jobs made of a real source repository. Stopped and
/// started again it is the next server of the same directory.
/// </summary>
internal sealed class ServerInTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("logist-server-").FullName;
    private ApiServer? _server;

    public TempRepo Source { get; } = new();

    public string Home => Path.Combine(_root, "home");

    public string JobsDirectory => Path.Combine(Home, "jobs");

    /// <summary>A directory outside the jobs, where steps leave and await marks; <c>MARKS</c> in workflows.</summary>
    public string Marks => Path.Combine(_root, "marks");

    public FileJobStore Store { get; private set; } = null!;

    public ApiServer Server => _server!;

    /// <summary>With the token; an answer that is not as described fails the test.</summary>
    public HttpClient Client { get; private set; } = null!;

    public string Token => File.ReadAllText(Path.Combine(Home, "token"));

    public int Port => Client.BaseAddress!.Port;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ServerInTest> StartAsync(Func<ServeOptions, ServeOptions>? options = null)
    {
        var test = new ServerInTest();
        Directory.CreateDirectory(test.Marks);
        test.Source["README.md"] = "hello\n";
        test.Source.Commit("base");
        await test.StartAgainAsync(options);
        return test;
    }

    public async Task StartAgainAsync(Func<ServeOptions, ServeOptions>? options = null)
    {
        Store = new FileJobStore(JobsDirectory, TimeProvider.System, CompiledWorkflow.Load);
        var serve = new ServeOptions(Services(Store), Home, "ann") { Port = 0 };
        _server = await ApiServer.StartAsync(options is null ? serve : options(serve));
        Client = new HttpClient(new DescribedAnswers()) { BaseAddress = new Uri(_server.Url) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
    }

    public async Task StopAsync()
    {
        Client.Dispose();
        await _server!.DisposeAsync();
        Store.Dispose();
        _server = null;
    }

    /// <summary>A job as the command line makes it; nobody drives it.</summary>
    public async Task<JobId> CreateAsync(string workflow, string? name = null, decimal? budget = null)
    {
        var file = Source.Beside($"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, workflow.Replace("MARKS", Marks, StringComparison.Ordinal), Ct);
        var compiled = WorkflowFile.Load(file).OrThrow();
        using var store = new FileJobStore(JobsDirectory, TimeProvider.System, CompiledWorkflow.Load);
        return await JobCreation.CreateAsync(Services(store), new NewJob(compiled, Params.Bind(compiled, []).OrThrow(), "ann")
        {
            Name = name ?? "t" + Guid.NewGuid().ToString("n")[..10], Source = SourceRepository.Inspect(Source.Directory, null),
            BudgetUsd = budget, WorkflowFile = file,
        }, Ct);
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await Client.GetAsync(path, Ct), HttpStatusCode.OK);

    /// <param name="body">JSON; single quotes stand for double ones.</param>
    public Task<HttpResponseMessage> SendAsync(string path, string body = "{}", HttpMethod? method = null,
        params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, path)
        {
            Content = new StringContent(body.Replace('\'', '"'), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return Client.SendAsync(request, Ct);
    }

    public async Task<string> TextAsync(string path)
    {
        using var response = await Client.GetAsync(path, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }

    public async Task<HttpResponseMessage> ResponseAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await Client.SendAsync(request, Ct);
    }

    public async Task<JsonElement> PostAsync(string path, string body = "{}", HttpStatusCode expected = HttpStatusCode.OK) =>
        await ReadAsync(await SendAsync(path, body), expected);

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(Ct);
            response.StatusCode.ShouldBe(expected, text);
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }
    }

    public string Mark(string name) => Path.Combine(Marks, name);

    public void Put(string mark) => File.WriteAllText(Mark(mark), "");

    public Task AwaitMarkAsync(string name) => UntilAsync(() => Task.FromResult(File.Exists(Mark(name))), $"no mark {name}");

    public async Task<JobState> FoldAsync(JobId job) => (await LoadedJob.LoadAsync(Store, job, Ct)).State;

    /// <summary>How many events people caused.</summary>
    public int HumanEvents(JobId job) => Store.Read(job, 0).Count(stored => stored.Event.By.Actor != Stamp.Engine);

    public Task AwaitStatusAsync(JobId job, JobStatus status) =>
        UntilAsync(async () => (await FoldAsync(job)).Status == status, $"{job} does not become {status.Text()}");

    /// <summary>In one of those, and no longer driven by the server.</summary>
    public Task AwaitRestAsync(JobId job, params JobStatus[] statuses) => UntilAsync(async () =>
        (await FoldAsync(job)).Status is var status && statuses.Contains(status)
            && (await GetAsync($"/jobs?q={job}")).GetProperty("items").EnumerateArray()
                .All(row => row.GetProperty("driven_by").ValueKind == JsonValueKind.Null),
        $"{job} does not come to rest in {string.Join(" or ", statuses.Select(status => status.Text()))}");

    public async Task RunAsync(JobId job, JobStatus until)
    {
        await PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);
        await AwaitRestAsync(job, until);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(Patience, what);
            await Task.Delay(10, Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await StopAsync();
        }

        // What still runs belongs to jobs that are gone: hosts with nobody connected and nothing to run end by themselves.
        foreach (var layout in Directory.Exists(JobsDirectory)
            ? Stores.JobsDirectory.List(JobsDirectory).Select(id => JobLayout.For(JobsDirectory, id)) : [])
        {
            HostsInTest.End(layout);
        }

        TempRepo.Shell("/", $"chmod -R u+rwX '{_root}'; rm -rf '{_root}' 2>/dev/null || {{ sleep 0.2; rm -rf '{_root}'; }}");
        Source.Dispose();
    }

    private EngineServices Services(FileJobStore store)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        return new EngineServices(store, JobsDirectory, TimeProvider.System, variables,
            [Path.Combine(AppContext.BaseDirectory, "Logist.Cli")])
        {
            LogDirectory = Path.Combine(Home, "logs"),
        };
    }
}
