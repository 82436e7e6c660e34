using Logist.Testing;
using Logist.Tests.Stores;

[assembly: AssemblyFixture(typeof(PostgresEnd))]

namespace Logist.Tests.Stores;

/// <summary>Ends the database server when every test is over.</summary>
public sealed class PostgresEnd : IDisposable
{
    public void Dispose() => PostgresServer.End();
}
