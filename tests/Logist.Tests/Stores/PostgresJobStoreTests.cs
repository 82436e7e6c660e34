using Logist.Core.Jobs;
using Logist.Postgres;
using Logist.Stores;
using Logist.Testing;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

[Collection("PostgreSQL")]
public sealed class PostgresJobStoreTests : JobStoreContract, IDisposable
{
    private readonly string _address = PostgresServer.Instance.NewDatabase();
    private readonly DirectoryInfo _jobs = Directory.CreateTempSubdirectory("logist-store-");
    private readonly PostgresJobStore _store;
    private readonly PostgresJobStore _other;

    public PostgresJobStoreTests()
    {
        _store = new PostgresJobStore(_address, _jobs.FullName, TimeProvider.System, (_, _) => Workflow);
        _other = new PostgresJobStore(_address, _jobs.FullName, TimeProvider.System, (_, _) => Workflow);
    }

    private protected override IJobStore Store => _store;

    private protected override IJobStore Other => _other;

    private protected override async Task SupersedeAsync(IJobLease lease, Owner winner)
    {
        var database = _address[(_address.LastIndexOf('/') + 1)..];
        PostgresServer.Instance.Sql(database, "UPDATE logist.job SET lease_until = now() - interval '1 s'");
        await (await _other.TryLeaseAsync(SampleJob, winner, TimeSpan.FromMinutes(1),
            Ct)).ShouldBeOfType<LeaseResult.Leased>().Lease.DisposeAsync();
    }

    public void Dispose()
    {
        _store.Dispose();
        _other.Dispose();
        _jobs.Delete(recursive: true);
    }
}
