// SPDX-License-Identifier: MIT
#include "app/configstore.h"

#include "app/configrow.h"
#ifdef TIDEGATE_WITH_POSTGRES
#include "intent/postgres/store.h"
#endif

namespace Tidegate {

using namespace ConfigRow;

namespace {

Result<void> checkPostgres([[maybe_unused]] const QByteArray &url)
{
#ifdef TIDEGATE_WITH_POSTGRES
    return PostgresIntentStore::check(url);
#else
    return Error{ErrorCode::Unsupported, QStringLiteral("this program was built without PostgreSQL")};
#endif
}

//! What several gateways need to decide as one.
void checkShared(ConfigBuilder &builder)
{
    const GatewayConfig &config = builder.config();
    if (config.cluster.name.isEmpty())
        return;
    const QString place = builder.placeOf("cluster.name");
    if (config.store.kind != StoreKind::Postgres)
        builder.refuse(place, QStringLiteral("cluster.name needs store.kind = \"postgres\": a database for all"));
    if (config.cluster.natsUrl.isEmpty())
        builder.refuse(place, QStringLiteral("cluster.name needs cluster.nats_url: the way to each other"));
}

} // namespace

std::vector<Setting> storeRows()
{
    constexpr auto At = &GatewayConfig::store;
    return {
        row<At, &StoreSettings::kind>(
            "store.kind",
            choiceCodec<StoreKind>(
                {{"sqlite", StoreKind::Sqlite}, {"postgres", StoreKind::Postgres}, {"memory", StoreKind::Memory}}),
            QStringLiteral("Where intents live; memory forgets them at exit.")),
        row<At, &StoreSettings::path>(
            "store.path", pathCodec(),
            QStringLiteral("SQLite file of the intents; empty = <server.data_dir>/tidegate.sqlite.")),
        secret(row<At, &StoreSettings::postgresUrl>(
            "store.postgres_url",
            bytesCodec(QStringLiteral("an address such as \"postgresql://user:password@host/database\"")),
            QStringLiteral("Database of the intents, for kind \"postgres\": a URL or key=value pairs, as libpq reads "
                           "them. Tables are made in its schema \"tidegate\"."))),
        ssma("SSMA_OPTIMISTIC_MAX_ENTRIES",
             row<At, &StoreSettings::maxEntries>("store.max_entries", wholeNumberCodec(1, 1'000'000'000),
                                                 QStringLiteral("Intents kept; the oldest go first."))),
    };
}

void checkStore(ConfigBuilder &builder)
{
    checkShared(builder);
    const StoreSettings &store = builder.config().store;
    if (store.kind != StoreKind::Postgres)
        return;
    if (store.postgresUrl.isEmpty()) {
        builder.refuse(builder.placeOf("store.kind"),
                       QStringLiteral("store.kind \"postgres\" needs store.postgres_url, the address of the database"));
        return;
    }
    if (const auto checked = checkPostgres(store.postgresUrl); !checked)
        builder.refuse(builder.placeOf("store.postgres_url"),
                       QStringLiteral("store.postgres_url: %1").arg(checked.error().text));
}

} // namespace Tidegate
