// SPDX-License-Identifier: MIT
#include "app/benchdialects.h"

#include "auth/signclaims.h"
#include "bench/meshdialect.h"
#include "bench/sharedatadialect.h"
#include "bench/ssmadialect.h"

namespace Tidegate {

using namespace Bench;

namespace {

const QByteArray OwnSecret = QByteArrayLiteral("of a gateway that ends with its measurement");
const QByteArray OwnToken = QByteArrayLiteral("bench");

//! Of a mesh client that may do everything for as long as anybody measures.
QByteArray meshToken()
{
    return signClaims(R"({"sub":"bench","iat":0,"exp":99999999999,"permissions":["publish","subscribe"]})", OwnSecret);
}

QByteArray orUsual(const QByteArray &text, const char *usual)
{
    return text.isEmpty() ? QByteArray(usual) : text;
}

} // namespace

Result<std::unique_ptr<Dialect>> makeBenchDialect(const Target &target, const BenchSpeech &speech)
{
    if (speech.isEventStream && speech.dialect != "ssma")
        return Error{ErrorCode::InvalidContract, QStringLiteral("--transport sse: only ssma has event streams")};
    if (speech.dialect == "mesh")
        return std::unique_ptr<Dialect>(
            std::make_unique<MeshDialect>(target, MeshDialect::Config{orUsual(speech.place, "bench"), speech.token}));
    if (speech.dialect == "sharedata")
        return std::unique_ptr<Dialect>(std::make_unique<ShareDataDialect>(
            target, ShareDataDialect::Config{orUsual(speech.place, "bench"), speech.function, speech.token}));
    SsmaDialect::Config config;
    config.transport = speech.isEventStream ? SsmaDialect::Transport::EventStream : SsmaDialect::Transport::WebSocket;
    config.channel = orUsual(speech.place, "global");
    config.site = speech.site;
    config.token = speech.token;
    return std::unique_ptr<Dialect>(std::make_unique<SsmaDialect>(target, std::move(config)));
}

OwnServer::Settings ownServerFor(BenchSpeech &speech)
{
    if (speech.dialect == "mesh") {
        speech.token = meshToken();
        return {"[mesh]\nenabled = true\nlisten = ['127.0.0.1:0']\nsecret = '" + OwnSecret + "'\n",
                "mesh listening on "};
    }
    if (speech.dialect == "sharedata") {
        speech.token = OwnToken;
        return {"[sharedata]\nenabled = true\ntokens = { " + OwnToken + " = 'bench' }\n[sharedata.functions]\n" +
                speech.function + " = 'accept-any'\n[sharedata.documents]\n" + orUsual(speech.place, "bench") +
                " = { state = 'null', functions = '" + speech.function + "', proof = 'none' }\n"};
    }
    return {};
}

} // namespace Tidegate
