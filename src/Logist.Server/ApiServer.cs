using System.Diagnostics.CodeAnalysis;
using System.Net;
using Logist.Core;
using Logist.Files;
using Logist.Processes;
using Logist.Server.Access;
using Logist.Server.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Logist.Server;

/// <summary><c>logist serve</c>: the API, the page, and jobs driven in the background, for one jobs directory.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly ServeOptions _options;
    private readonly ApiServices _services;
    private readonly LockFile _lock;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private Task _following = Task.CompletedTask;

    private ApiServer(ServeOptions options, LockFile held)
    {
        (_options, _lock) = (options, held);
        _services = new ApiServices(options);
        _app = Build(_services);
    }

    /// <summary><c>http://127.0.0.1:7420</c></summary>
    public string Url { get; private set; } = "";

    /// <summary>Every route that it answers.</summary>
    internal IEnumerable<Endpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints);

    /// <summary>A link that signs one browser in, once.</summary>
    public string NewLink() => $"{Url}/ui/#code={_services.Codes.New()}";

    /// <summary>Listens, says so in server.json, and goes on with what a server before has promised.</summary>
    /// <exception cref="LogistException">Busy: another server of this jobs directory or home runs, or the port is taken.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The server owns the lock; every other way out disposes it.")]
    public static async Task<ApiServer> StartAsync(ServeOptions options)
    {
        Stores.JobsDirectory.Make(options.Services.JobsDirectory);
        OwnFiles.MakeDirectory(options.Home);
        var held = new LockFile(Path.Combine(options.Services.JobsDirectory, "serve.lock"));
        ApiServer? server = null;
        try
        {
            if (!held.TryTake() || ServerFile.Find(options.Home) is not null)
            {
                var other = ServerFile.Find(options.Home);
                throw new LogistException(ErrorKind.Busy, $"a server of {options.Services.JobsDirectory} runs already",
                    other is null ? null : $"{other.Url} (pid {other.Pid})", "use that one, or stop it first");
            }

            server = new ApiServer(options, held);
            await server.ListenAsync();
            return server;
        }
        catch
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
            else
            {
                held.Dispose();
            }

            throw;
        }
    }

    /// <summary>Until it is told to stop.</summary>
    public static Task WaitAsync(CancellationToken ct) => Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => { },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Requests end, jobs are left to whoever drives them next, their steps run on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            await _app.StopAsync(new CancellationToken(canceled: false));
            await _services.Driver.StopAsync();
            await _following.ContinueWith(_ => { }, TaskScheduler.Default);
            if (Url.Length > 0)
            {
                ServerFile.Remove(_options.Home);
            }
        }

        await _app.DisposeAsync();
        _services.Dispose();
        // Closing alone is not enough: a child that is just being started holds a copy of the descriptor until it runs its program.
        _lock.Release();
        _lock.Dispose();
        _stop.Dispose();
    }

    /// <summary>Also without a server: what describes the API is made from it.</summary>
    internal static WebApplication Build(ApiServices services)
    {
        // A name of its own: the API's description has it, whichever program serves.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = [], ApplicationName = "Logist", ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, services.Options));
        builder.Services.AddSingleton(services);
        builder.Services.AddApiDocument();
        var app = builder.Build();
        app.UseExceptionHandler(failed => failed.Run(http =>
        {
            // Whatever was set before it went wrong has been taken back.
            SecurityHeaders.Set(http.Response.Headers);
            return Problems.WriteAsync(http, http.Features.Get<IExceptionHandlerFeature>()?.Error, services.Engine);
        }));
        app.UseMiddleware<AccessCheck>(services.Origins, services.Token, services.Options);
        app.UseStatusCodePages(Problems.WriteStatusAsync);
        app.UsePage(services.Options);
        app.UseMiddleware<Idempotency>(services);
        app.UseRouting();
        Api.Endpoints.Map(app);
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, ServeOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
        kestrel.Limits.MaxRequestLineSize = 8 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 4000;
        kestrel.Listen(options.Address, options.Port);
    }

    private async Task ListenAsync()
    {
        // Workers wait on their own threads, but some of their work is everybody's.
        _ = ThreadPool.SetMinThreads(32, 32);
        try
        {
            await _app.StartAsync();
        }
        catch (IOException e)
        {
            throw new LogistException(ErrorKind.Busy, $"cannot listen on {_options.Address}:{_options.Port}", e.Message,
                "choose another --port, or 0 for any free one");
        }

        var bound = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _services.Origins.Bound(_options.Address, bound.Port);
        var host = IPAddress.IsLoopback(_options.Address) || _options.Address.Equals(IPAddress.Any) ? "127.0.0.1" : bound.Host;
        Url = $"http://{host}:{bound.Port}";
        var identity = ProcessIdentity.Of(Environment.ProcessId);
        new ServerFile(Url, _services.Token.Text, Environment.ProcessId, _options.Services.JobsDirectory, _services.StartedAt)
        {
            PidStartTime = identity?.StartTime ?? 0, BootId = BootId.Current,
        }.Save(_options.Home);
        // Ten thousand manifests take half a second to read: the first page should not wait for it.
        _following = Task.WhenAll(Task.Run(() => _services.Feed.FollowAsync(_stop.Token)), Task.Run(_services.Rows.Read));
        await _services.Driver.AdoptAsync();
    }
}
