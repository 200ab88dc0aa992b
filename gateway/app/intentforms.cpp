// SPDX-License-Identifier: MIT
#include "app/intentforms.h"

#include "intent/memory/store.h"
#include "intent/sqlite/searcher.h"
#include "intent/sqlite/store.h"
#ifdef TIDEGATE_WITH_POSTGRES
#include "intent/postgres/searcher.h"
#include "intent/postgres/store.h"

#include <QSysInfo>
#endif

namespace Tidegate {

Result<std::unique_ptr<IntentStore>> makeIntentStore(const GatewayConfig &config, TaskQueue &owner, Rng &rng)
{
    switch (config.store.kind) {
    case StoreKind::Memory:
        return std::unique_ptr<IntentStore>(std::make_unique<MemoryIntentStore>(owner, rng));
    case StoreKind::Sqlite:
        return std::unique_ptr<IntentStore>(
            std::make_unique<SqliteIntentStore>(SqliteIntentStore::Config{config.store.path}, owner, rng));
    case StoreKind::Postgres:
        break;
    }
#ifdef TIDEGATE_WITH_POSTGRES
    PostgresIntentStore::Config postgres{config.store.postgresUrl, QSysInfo::machineHostName().toUtf8()};
    if (!config.cluster.name.isEmpty())
        postgres.lockPatienceMs = 0; // another node leads
    return std::unique_ptr<IntentStore>(std::make_unique<PostgresIntentStore>(std::move(postgres), owner, rng));
#else
    return Error{ErrorCode::Unsupported, QStringLiteral("store.kind: this program was built without PostgreSQL")};
#endif
}

std::unique_ptr<IntentSearcher> makeIntentSearcher(const StoreSettings &settings)
{
#ifdef TIDEGATE_WITH_POSTGRES
    if (settings.kind == StoreKind::Postgres)
        return std::make_unique<PostgresIntentSearcher>(settings.postgresUrl);
#endif
    if (settings.kind == StoreKind::Sqlite)
        return std::make_unique<SqliteIntentSearcher>(settings.path);
    return nullptr;
}

} // namespace Tidegate
