using Logist.Engine;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Logist.Server.Api;

/// <summary>The API's description as a text, for the copy in docs/.</summary>
public static class ApiReference
{
    /// <param name="services">Of an empty jobs directory.</param>
    public static async Task<string> JsonAsync(EngineServices services, string home)
    {
        using var api = new ApiServices(new ServeOptions(services, home, "") { Port = 0 });
        await using var app = ApiServer.Build(api);
        // Endpoints are known to the description once the pipeline is built.
        await app.StartAsync();
        using var writer = new StringWriter();
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
        document.SerializeAsV31(new OpenApiJsonWriter(writer));
        await app.StopAsync();
        return writer.ToString() + "\n";
    }
}
