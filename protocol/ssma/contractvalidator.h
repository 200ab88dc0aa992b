// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <memory>
#include <vector>

namespace Tidegate::Ssma {

//! One broken rule, in the words of the JavaScript validator the clients know (SSMA spec 6.2).
struct ContractViolation
{
    QByteArray instancePath; //!< JSON pointer into the checked text
    QByteArray schemaPath;   //!< "#/..." into the contract's schema
    QByteArray keyword;
    QByteArray params; //!< JSON object
    QByteArray message;

    friend bool operator==(const ContractViolation &, const ContractViolation &) = default;
};

//! Checks JSON texts against the built-in contracts (protocol/contracts). Immutable, safe on any thread.
class ContractValidator
{
public:
    static constexpr int MaxDepth = 64;
    static constexpr qsizetype MaxViolations = 32; //!< more are not reported, so a bad frame cannot inflate the answer

    //! Parsed on first use.
    static const ContractValidator &builtIn();

    ~ContractValidator();

    bool knows(QByteArrayView group, QByteArrayView name) const;
    //! Empty = valid. Text that is no JSON, is nested deeper than MaxDepth, or an unknown contract gives one violation
    //! with the keyword "syntax" or "contract".
    std::vector<ContractViolation> validate(QByteArrayView group, QByteArrayView name, QByteArrayView jsonText) const;

private:
    ContractValidator();
    class Private;
    std::unique_ptr<Private> d;
};

//! [{"instancePath":..,"schemaPath":..,"keyword":..,"params":{..},"message":..},..]
QByteArray violationsToJson(const std::vector<ContractViolation> &violations);

} // namespace Tidegate::Ssma
