using Logist.Engine;
using Logist.Server.Access;
using Logist.Server.Api;
using Logist.Server.Feed;
using Logist.Server.Jobs;
using Logist.Server.Logs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server;

/// <summary>What endpoints work with.</summary>
internal sealed class ApiServices : IDisposable
{
    public ApiServices(ServeOptions options)
    {
        Options = options;
        Token = Token.Open(options.Home, options.Services.Time);
        Codes = new OneTimeCodes(options.Services.Time);
        Reader = new JobReader(Store);
        Driver = new JobDriver(options, Reader, options.Services.Time);
        Waits = new JobWaits(Store, Reader, Driver, options.Services.Time);
        Feed = new EventFeed(Store);
        Rows = new JobRows(Store, options.Services.Time);
        Needs = new PerJob<IReadOnlyList<Need>>(options.Services.Time);
        Audit = new PerJob<IReadOnlyList<AuditEntry>>(options.Services.Time);
        Outcomes = new TemplateOutcomes(Store, Rows, options.Services.Time);
        StartedAt = options.Services.Time.GetUtcNow();
    }

    public ServeOptions Options { get; }

    public EngineServices Engine => Options.Services;

    public FileJobStore Store => Options.Services.Store;

    public Token Token { get; }

    public OneTimeCodes Codes { get; }

    public ServerOrigins Origins { get; } = new();

    public JobReader Reader { get; }

    public JobDriver Driver { get; }

    public JobWaits Waits { get; }

    public EventFeed Feed { get; }

    public LatestNews News { get; } = new();

    public JobRows Rows { get; }

    public PerJob<IReadOnlyList<Need>> Needs { get; }

    public PerJob<IReadOnlyList<AuditEntry>> Audit { get; }

    public LogCache Logs { get; } = new();

    public TemplateOutcomes Outcomes { get; }

    public DateTimeOffset StartedAt { get; }

    public void Dispose()
    {
        Driver.Dispose();
        Feed.Dispose();
        Logs.Dispose();
    }
}
