"""The audit trail in words: one table of what each event is called, for every page that tells of events."""

# An event that is not here shows under its own name; a test wants every one that the code writes.
EVENTS = {
    # An application's way.
    "register": "Pengajuan dibuat", "renew": "Perpanjangan dimulai", "renew_for_check": "Perpanjangan diminta",
    "apply": "Pendaftaran masuk", "apply_to_hr": "Pendaftaran masuk ke kepegawaian",
    "confirm_data": "Data dikonfirmasi kepegawaian", "refuse_data": "Data ditolak kepegawaian",
    "admit": "Pendaftaran diterima", "vouch": "Pendaftaran diterima, tautan passphrase dikirim",
    "submit": "Pengajuan dikirim", "submit_for_matching": "Pengajuan dikirim untuk dicocokkan",
    "match": "Data cocok", "refer": "Diteruskan ke verifikator", "ask_correction": "Diminta perbaikan",
    "reject": "Ditolak", "approve": "Disetujui", "set_passphrase": "Passphrase dibuat",
    "ask_to_issue": "Menunggu persetujuan penerbitan", "approve_issue": "Penerbitan disetujui",
    "refuse_issue": "Penerbitan ditolak", "withdraw": "Pengajuan ditarik pemohon", "lapse": "Gugur karena didiamkan",
    "issue": "Sertifikat terbit", "activate": "Sertifikat aktif", "expire": "Sertifikat kedaluwarsa",
    "suspend": "Sertifikat ditangguhkan", "resume": "Penangguhan dicabut", "revoke": "Sertifikat dicabut",
    "stop": "Pengajuan dihentikan", "supersede": "Diganti sertifikat baru", "succeed": "Sertifikat pengganti dimulai",
    "register_at_bsre": "Didaftarkan di BSrE", "refused_by_bsre": "Pendaftaran ditolak BSrE",
    "enroll_at_bsre": "Passphrase dibuat di BSrE", "suspend_at_bsre": "Sertifikat ditangguhkan di BSrE",
    "resume_at_bsre": "Penangguhan dicabut di BSrE", "revoke_at_bsre": "Sertifikat dicabut di BSrE",
    "stop_bsre": "Layanan BSrE berhenti ditanya", "resume_bsre": "Layanan BSrE ditanya lagi",
    # What people do on the way, and with their account and certificate.
    "agree": "Perjanjian disetujui", "second_photo": "Foto kedua diambil", "send_phone_code": "Kode OTP dikirim",
    "prove_phone": "Nomor telepon terbukti", "open_account": "Akun dibuka", "reset_account": "Akun disiapkan ulang",
    "send_account_link": "Tautan akun dikirim", "confirm_authenticator": "Autentikator dipasang",
    "replace_authenticator": "Autentikator diganti", "make_recovery_codes": "Kode pemulihan dibuat",
    "sign_in_by_provider": "Masuk lewat SSO", "ask_mailbox_proof": "Bukti surel dinas diminta",
    "prove_mailbox": "Surel dinas terbukti", "change_profile": "Profil diubah",
    "ask_profile_change": "Perubahan profil diminta", "approve_profile_change": "Perubahan profil disetujui",
    "refuse_profile_change": "Perubahan profil ditolak", "withdraw_profile_change": "Perubahan profil dibatalkan",
    "ask_proof_link": "Tautan bukti diri diminta", "ask_reset": "Pengaturan ulang passphrase diminta",
    "ask_unlock": "Pembukaan kunci passphrase diminta", "lock_passphrase": "Passphrase terkunci",
    "unlock_passphrase": "Kunci passphrase dibuka", "try_passphrase": "Passphrase dicoba",
    "change_passphrase": "Passphrase diganti", "take_key": "Kunci diambil", "remind_of_end": "Diingatkan akan berakhir",
    "tell_of_issuer": "Diberi tahu otoritasnya dicabut",
    # Officers at work.
    "send_link_again": "Tautan dikirim lagi", "send_message_again": "Pesan dikirim lagi", "view_photo": "Foto dilihat",
    "view_paper": "Dokumen dilihat", "view_number": "Nomor pribadi dilihat",
    "view_audit_detail": "Data pribadi dalam audit dilihat", "search_person": "Orang dicari",
    "search_certificate": "Sertifikat dicari", "write_note": "Catatan ditulis", "hand_over": "Kasus diserahkan",
    "help_with_problem": "Dibantu lewat Kendala", "release_stuck": "Kasus tertahan dijalankan lagi",
    "edit_application": "Isian diperbaiki petugas", "ask_again": "Penerbitan diminta lagi",
    "asked_change": "Perubahan data diminta", "confirmed_change": "Perubahan data disetujui",
    "refused_change": "Perubahan data ditolak", "withdrawn_change": "Perubahan data dibatalkan",
    "object_to_change": "Orangnya menolak perubahan data", "begin_bulk_decision": "Keputusan massal dimulai",
    "propose_revocation": "Pencabutan diusulkan", "decide_proposal": "Usulan pencabutan diputuskan",
    "make_export": "Daftar orang dibuat", "fetch_export": "Daftar orang diunduh",
    "accept_verifier_agreement": "Perjanjian verifikator disetujui", "begin_absence": "Ketidakhadiran dicatat",
    "end_absence": "Ketidakhadiran berakhir", "sign_out_officer": "Petugas dikeluarkan dari perangkat",
    # What administrators set up.
    "import_personnel": "Data pegawai diimpor", "drop_personnel_row": "Baris daftar pegawai dibuang",
    "compare_complete_list": "Daftar pegawai lengkap dibandingkan",
    "invite_officer": "Tautan akun petugas dikirim", "activate_officer": "Akun petugas disiapkan",
    "add_account": "Akun petugas dibuat", "change_account": "Akun petugas diubah",
    "change_institution": "Instansi diubah", "add_opd": "OPD ditambah", "change_opd": "OPD diubah",
    "change_looks": "Tampilan instansi diubah", "change_procedure": "Prosedur instansi diubah",
    "change_reasons": "Daftar alasan diubah", "add_apiclient": "Aplikasi API ditambah",
    "change_apiclient": "Aplikasi API diubah", "renew_api_secret": "Rahasia aplikasi API diganti",
    "add_personnelrecord": "Data pegawai ditambah", "change_personnelrecord": "Data pegawai diubah",
    # An OPD's request for mailboxes.
    "begin_collective": "Permohonan OPD dimulai", "write_collective": "Permohonan OPD diisi",
    "discard_collective": "Draf permohonan OPD dibuang", "submit_collective": "Permohonan OPD dikirim",
    "withdraw_collective": "Permohonan OPD ditarik", "prepare_verdict": "Keputusan per orang disiapkan",
    "decide_person": "Orang dalam permohonan diputuskan", "decide_collective": "Permohonan OPD diputuskan",
    "change_requested_address": "Alamat surel baru diganti", "prepare_mailbox_list": "Berkas surel baru disiapkan",
    "fetch_mailbox_list": "Berkas surel baru diunduh", "retry_mailboxes": "Pembuatan surel dicoba lagi",
    "make_mailbox": "Surel dinas dibuat", "set_mailbox_password": "Kata sandi surel dipasang",
    "print_passwords": "Lembar kata sandi dicetak", "send_password_link": "Tautan kata sandi dikirim",
    "open_password_page": "Kata sandi pertama dibuka orangnya", "renew_passwords": "Kata sandi baru dibuat",
    "invite_requested": "Orang dalam permohonan diundang",
    # The portal itself.
    "authority_made": "Penerbit sertifikat dibuat", "authority_rotated": "Kunci penerbit diganti",
    "authority_revoked": "Penerbit sertifikat dicabut",
    "forget": "Data dihapus sesuai masa simpan",
}  # fmt: skip


def events_called(words: str) -> list[str]:
    """The events whose name holds these words, or that bear them as their own name."""
    wanted = words.lower()
    return [event for event, name in EVENTS.items() if wanted in name.lower() or wanted == event]
