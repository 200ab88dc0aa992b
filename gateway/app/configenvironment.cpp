// SPDX-License-Identifier: MIT
#include "app/configenvironment.h"

#include "app/configsuggest.h"

namespace Tidegate {

void readOwnVariables(ConfigBuilder &builder, const EnvironmentEntries &entries)
{
    static const QString ConfigFile = QStringLiteral("TIDEGATE_CONFIG");
    QStringList names{ConfigFile};
    for (const Setting &setting : settings()) {
        names.append(setting.environmentName());
        const auto entry = entries.constFind(setting.environmentName());
        if (entry != entries.cend())
            builder.setText(setting, entry->value, entry->place);
    }
    for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
        if (entry.key().startsWith(QLatin1StringView("TIDEGATE_")) && !names.contains(entry.key()))
            builder.warn(entry->place, QStringLiteral("%1 is no setting of Tidegate%2")
                                           .arg(entry.key(), didYouMean(nearestName(entry.key(), names))));
    }
}

} // namespace Tidegate
