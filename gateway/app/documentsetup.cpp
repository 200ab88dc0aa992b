// SPDX-License-Identifier: MIT
#include "app/documentsetup.h"

#include "document/http/function.h"
#include "document/native/builtins.h"
#include "document/native/function.h"

namespace Tidegate {

namespace {

struct FunctionText
{
    QByteArray kind;
    QByteArray argument;
};

FunctionText split(const QByteArray &text)
{
    const qsizetype equals = text.indexOf('=');
    return equals < 0 ? FunctionText{text, {}} : FunctionText{text.first(equals), text.sliced(equals + 1)};
}

Error unusable(const QByteArray &id, const QString &why)
{
    return {ErrorCode::InvalidContract, QStringLiteral("sharedata.functions: %1: %2").arg(QString::fromUtf8(id), why)};
}

QUrl functionUrl(const QByteArray &text)
{
    const QUrl url(QString::fromUtf8(text), QUrl::StrictMode);
    const bool isHttp = url.scheme() == QLatin1StringView("http") || url.scheme() == QLatin1StringView("https");
    return url.isValid() && isHttp && !url.host().isEmpty() && url.userInfo().isEmpty() ? url : QUrl();
}

} // namespace

bool isFunctionText(const QByteArray &text)
{
    const FunctionText function = split(text);
    if (function.kind == "native")
        return !function.argument.isEmpty();
    if (function.kind == "http")
        return functionUrl(function.argument).isValid();
    return isBuiltIn(function.kind);
}

DocumentLimits documentLimits(const ShareDataSettings &settings)
{
    DocumentLimits limits;
    limits.stateBytes = settings.maxDocumentBytes;
    limits.documents = settings.maxDocuments;
    limits.totalStateBytes = settings.maxTotalBytes;
    limits.windowCount = settings.replayCount;
    limits.windowBytes = settings.replayBytes;
    limits.windowAgeMs = settings.replayAgeMs;
    limits.keepsStates = settings.replayStates;
    limits.historyCount = quint64(settings.historyMax);
    return limits;
}

Result<FunctionCatalog> makeFunctions(const ShareDataSettings &settings, const NativeFunctions &natives,
                                      FunctionPool &pool, const Clock &clock)
{
    using Place = NativeDocumentFunction::Place;
    FunctionCatalog catalog;
    for (const auto &[id, text] : settings.functions) {
        const FunctionText function = split(text);
        if (function.kind == "native") {
            const auto native = natives.find(function.argument);
            if (native == natives.end())
                return unusable(
                    id,
                    QStringLiteral("the application has no function \"%1\"").arg(QString::fromUtf8(function.argument)));
            catalog[id] = std::make_shared<NativeDocumentFunction>(native->second, Place::InPool, pool);
            continue;
        }
        if (function.kind == "http") {
            RequestPoolConfig requests;
            requests.timeout = std::chrono::milliseconds(settings.functionTimeoutMs);
            catalog[id] = std::make_shared<HttpDocumentFunction>(functionUrl(function.argument), requests, clock);
            continue;
        }
        auto builtIn = makeBuiltIn(function.kind, function.argument);
        if (!builtIn)
            return unusable(id, builtIn.error().text);
        catalog[id] = std::make_shared<NativeDocumentFunction>(*std::move(builtIn), Place::OnCore, pool);
    }
    return catalog;
}

} // namespace Tidegate
