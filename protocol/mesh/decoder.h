// SPDX-License-Identifier: MIT
#pragma once

#include "mesh/messages.h"

#include <bitset>
#include <optional>

namespace Tidegate::Mesh {

//! Version bytes that are understood. Any change of the client's schema changes its byte, so a gateway may have to
//! accept several. (MottoMesh spec section 11.)
class VersionSet
{
public:
    VersionSet() = default;
    VersionSet(std::initializer_list<uchar> versions)
    {
        for (const uchar version : versions)
            add(version);
    }
    void add(uchar version) { m_versions.set(version); }
    bool contains(uchar version) const { return m_versions.test(version); }

private:
    std::bitset<256> m_versions;
};

//! One packet of a client; nothing for whatever is none: an empty frame, another version, an unknown tag, a field cut
//! short, a declared length beyond the frame (checked before anything is allocated), a text that is not UTF-8. Bytes
//! behind a complete packet are ignored. The version is in the first byte of what was accepted.
std::optional<ClientMessage> decodeClient(QByteArrayView frame, const VersionSet &versions = {DefaultVersion});

//! One packet of a gateway, for clients, tools and tests; strict in the same way.
std::optional<ServerMessage> decodeServer(QByteArrayView frame, const VersionSet &versions = {DefaultVersion});

} // namespace Tidegate::Mesh
